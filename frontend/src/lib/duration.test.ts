import { expect, test } from 'vitest';
import { parseDuration, writeDuration } from './duration';

test.each([
  ['4h', 14_400],
  ['2d 12h', 216_000],
  ['90m', 5_400],
  ['1h30m', 5_400],
  ['1.5h', 5_400],
  ['2 days', 172_800],
  ['8', 28_800],
  ['45s', 45],
])('%s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

test.each(['', 'soon', '4x', 'h', '0h', '-3h'])('%j is no duration', (text) =>
  expect(parseDuration(text)).toBeNull(),
);

test.each([14_400, 216_000, 5_400, 90_061])('%d seconds come back as they were written', (seconds) =>
  expect(parseDuration(writeDuration(seconds))).toBe(seconds),
);
