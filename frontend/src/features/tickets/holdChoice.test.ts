import { beforeEach, expect, test } from 'vitest';
import { asWait, firstHoldChoice, problemWith, withReason } from './holdChoice';

const NOW = Date.parse('2026-11-22T12:00:00Z');

beforeEach(() => localStorage.setItem('tts.timeZone', 'Europe/Berlin'));

test('an open hold waits for nothing but a person', () => {
  expect(asWait(firstHoldChoice(NOW))).toEqual({ reason_code: 'other' });
});

test('a moment goes out with its offset, as the person’s clock shows it', () => {
  const choice = { ...firstHoldChoice(NOW), end: 'moment' as const };
  expect(choice.moment).toBe('2026-11-23T09:00');
  expect(asWait(choice)).toEqual({ reason_code: 'other', until: '2026-11-23T08:00:00.000Z' });
  expect(asWait({ ...choice, orAnswer: true }).until_answer).toBe(true);
});

test('working days are counted by the service', () => {
  const choice = { ...firstHoldChoice(NOW), end: 'days' as const, days: '3' };
  expect(asWait(choice)).toEqual({ reason_code: 'other', until_working_days: 3 });
});

test('what was said of another end is not sent', () => {
  const choice = { ...firstHoldChoice(NOW), days: '3', orAnswer: true };
  expect(asWait({ ...choice, end: 'open' })).toEqual({ reason_code: 'other' });
  expect(asWait({ ...choice, end: 'answer' })).toEqual({ reason_code: 'other', until_answer: true });
});

test('a reason suggests an end, and keeps one that was chosen', () => {
  const first = firstHoldChoice(NOW);
  expect(withReason(first, 'waiting_for_requester', false).end).toBe('answer');
  expect(withReason(first, 'waiting_for_date', false).end).toBe('moment');
  expect(withReason({ ...first, end: 'days' }, 'waiting_for_requester', true).end).toBe('days');
});

test.each([
  [{ end: 'moment', moment: '2026-11-22T13:00' }, 'past'], // in Berlin it is one o’clock
  [{ end: 'moment', moment: '2026-11-22T13:01' }, null],
  [{ end: 'moment', moment: '' }, 'past'],
  [{ end: 'days', days: '0' }, 'days'],
  [{ end: 'days', days: '1.5' }, 'days'],
  [{ end: 'days', days: '261' }, 'days'],
  [{ end: 'days', days: '260' }, null],
  [{ end: 'open', days: '0', moment: '' }, null],
] as const)('says what is wrong with %o', (changes, problem) => {
  expect(problemWith({ ...firstHoldChoice(NOW), ...changes }, NOW)).toBe(problem);
});
