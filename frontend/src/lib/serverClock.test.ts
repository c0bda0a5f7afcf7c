import { afterEach, expect, test, vi } from 'vitest';
import { noteServerTime, serverNow } from './serverClock';

afterEach(() => {
  vi.useRealTimers();
  noteServerTime(new Date().toUTCString());
});

test('the time is the server’s, however wrong the computer’s clock is', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T15:00:00Z') });
  noteServerTime('Mon, 02 Mar 2026 12:00:00 GMT');
  expect(serverNow()).toBe(Date.parse('2026-03-02T12:00:00Z'));
  vi.advanceTimersByTime(60_000);
  expect(serverNow()).toBe(Date.parse('2026-03-02T12:01:00Z'));
});

test('a second more or less is no reason to jump, and what is no date says nothing', () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-02T12:00:00.900Z') });
  for (const date of ['Mon, 02 Mar 2026 12:00:00 GMT', undefined, 'soon']) noteServerTime(date);
  expect(serverNow()).toBe(Date.now());
});
