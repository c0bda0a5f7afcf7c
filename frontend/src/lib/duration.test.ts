import { expect, test } from 'vitest';
import { parseDuration, writeDuration } from './duration';

test.each([
  ['4h', 14_400],
  ['2d 12h', 216_000],
  ['90m', 5_400],
  ['1h30m', 5_400],
  ['1.5h', 5_400],
  ['2 days', 172_800],
  ['1w', 604_800],
  ['30 min', 1_800],
  ['PT4H', 14_400],
  ['P1DT12H', 129_600],
  ['P1W', 604_800],
  ['04:00:00', 14_400],
  ['2 00:00:00', 172_800],
  ['45s', 45],
])('%s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

test.each([
  '',
  'soon',
  '4x',
  'h',
  '0h',
  '-3h',
  '8',
  '04:00',
  '24:00',
  '1.9',
  '3 months',
  '3 mon',
  'P1M',
  'P',
  'PT',
  '1y',
])('%j is no duration', (text) => expect(parseDuration(text)).toBeNull());

test.each([14_400, 216_000, 5_400, 90_061])('%d seconds come back as they were written', (seconds) =>
  expect(parseDuration(writeDuration(seconds))).toBe(seconds),
);
