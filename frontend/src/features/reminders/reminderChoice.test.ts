import { beforeEach, expect, test } from 'vitest';
import { firstPicked, momentOfOffer, offersAt } from './reminderChoice';

beforeEach(() => localStorage.setItem('tts.timeZone', 'America/New_York'));

// A Friday evening there, and Saturday already in UTC.
const FRIDAY = Date.parse('2026-03-07T01:30:00Z');
const SUNDAY = Date.parse('2026-03-08T16:00:00Z');

test('mornings are those of the zone that times are shown in, over a change of its clocks too', () => {
  expect(momentOfOffer('tomorrow', '', FRIDAY)).toBe('2026-03-07T14:00:00.000Z');
  expect(momentOfOffer('monday', '', FRIDAY)).toBe('2026-03-09T13:00:00.000Z');
});

test('three hours are three hours', () => {
  expect(momentOfOffer('hours', '', FRIDAY)).toBe('2026-03-07T04:30:00.000Z');
});

test('of a Monday the next one is offered, and on a Sunday tomorrow is enough', () => {
  const monday = Date.parse('2026-03-09T16:00:00Z');
  expect(momentOfOffer('monday', '', monday)).toBe('2026-03-16T13:00:00.000Z');
  expect(offersAt(SUNDAY)).toEqual(['hours', 'tomorrow', 'pick']);
  expect(offersAt(FRIDAY)).toEqual(['hours', 'tomorrow', 'monday', 'pick']);
});

test('a time of one’s own begins with tomorrow morning, or with what was set', () => {
  expect(firstPicked(FRIDAY)).toBe('2026-03-07T09:00');
  expect(firstPicked(FRIDAY, '2026-03-20T12:15:00Z')).toBe('2026-03-20T08:15');
  expect(momentOfOffer('pick', '2026-03-20T08:15', FRIDAY)).toBe('2026-03-20T12:15:00.000Z');
});
