import { beforeEach, describe, expect, test } from 'vitest';
import { dayOf, localTime, momentOf, nextDay } from './zoned';

describe('in Berlin, wherever the browser is', () => {
  beforeEach(() => localStorage.setItem('tts.timeZone', 'Europe/Berlin'));

  test.each([
    ['2026-01-15T09:30', '2026-01-15T08:30:00.000Z'],
    ['2026-07-15T09:30', '2026-07-15T07:30:00.000Z'],
    ['2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    // Left out by the change, and there twice.
    ['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
    ['2026-10-26', '2026-10-25T23:00:00.000Z'],
  ])('%s is %s', (local, moment) => expect(momentOf(local)).toBe(moment));

  test('a moment reads as it was written', () => {
    expect(localTime('2026-07-15T07:30:59Z')).toBe('2026-07-15T09:30');
    expect(dayOf('2026-07-15T22:30:00Z')).toBe('2026-07-16');
  });
});

test('where the clocks change at midnight, a day starts at its first moment', () => {
  localStorage.setItem('tts.timeZone', 'Africa/Cairo');
  expect(momentOf('2026-04-24')).toBe('2026-04-23T22:00:00.000Z');
  expect(localTime('2026-04-23T22:00:00Z')).toBe('2026-04-24T01:00');
  localStorage.setItem('tts.timeZone', 'America/Havana');
  expect(momentOf('2026-11-01')).toBe('2026-11-01T04:00:00.000Z');
});

test('what is no time is left to the service', () => {
  expect(momentOf('yesterday')).toBe('yesterday');
  expect(momentOf(nextDay('2026-13-45'))).toBe('2026-13-45');
  expect(nextDay('2026-12-31')).toBe('2027-01-01');
});
