import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSocket } from '@/test/FakeSocket';
import { accessToken, agent } from '@/test/fixtures';
import { LiveSocket, type SocketState } from './sockets';
import { setAccessToken } from './token';

let socket: LiveSocket;
let states: SocketState[];

beforeEach(() => {
  vi.useFakeTimers();
  setAccessToken(accessToken(agent));
  states = [];
  socket = new LiveSocket('inbox', { onFrame: () => {}, onState: (state) => states.push(state) });
  FakeSocket.to('/ws/inbox/').greet();
});
afterEach(() => {
  socket.close();
  vi.useRealTimers();
});

const line = () => FakeSocket.to('/ws/inbox/');

describe('a live socket', () => {
  test('gives up a line at once when the browser says it is offline, and is back when it is online', () => {
    const first = line();
    window.dispatchEvent(new Event('offline'));
    expect(states.at(-1)).toBe('waiting');
    window.dispatchEvent(new Event('online'));
    expect(line()).not.toBe(first);
    line().greet();
    expect(states.at(-1)).toBe('open');
  });

  test('a check that nobody answers finds a line that is open in name only', () => {
    socket.check();
    expect(line().sent.at(-1)?.type).toBe('ping');
    vi.advanceTimersByTime(5_000);
    expect(states.at(-1)).toBe('waiting');
  });

  test('a check that is answered changes nothing', () => {
    socket.check();
    line().say({ type: 'pong', timestamp: '' });
    vi.advanceTimersByTime(10_000);
    expect(states.at(-1)).toBe('open');
  });
});
