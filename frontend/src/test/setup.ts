import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import '@/i18n';
import { forgetAccessToken } from '@/api/client';
import { FakeSocket } from './FakeSocket';
import { server } from './server';

configure({ asyncUtilTimeout: 15_000 });

// jsdom has no layout and no media; what pages ask for is answered plainly.
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList;
window.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};

beforeAll(() => {
  server.listen({ onUnhandledRequest: 'error' });
  // After the server, which brings a WebSocket of its own.
  Object.defineProperty(globalThis, 'WebSocket', { value: FakeSocket, configurable: true, writable: true });
});
beforeEach(() => {
  FakeSocket.reset();
  // biome-ignore lint/suspicious/noDocumentCookie: what the auth service sets beside the refresh cookie.
  document.cookie = 'tts-session=1; Path=/';
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  forgetAccessToken();
  localStorage.clear();
});
afterAll(() => server.close());
