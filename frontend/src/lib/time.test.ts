import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatRelative, formatRoughDuration } from './time';

describe('a duration', () => {
  test.each([
    [0, '0s'],
    [59.6, '1m'],
    [65, '1m 5s'],
    [3_600, '1h'],
    [7_260, '2h 1m'],
    [93_600, '1d 2h'],
    [-125, '2m 5s'],
  ])('of %d seconds is %s', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected));

  test('in a list leaves out running seconds', () => {
    expect(formatRoughDuration(125)).toBe('2m');
    expect(formatRoughDuration(42)).toBe('42s');
  });
});

test('a moment is told from now', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(formatRelative('2026-11-22T11:58:30Z', now)).toBe('1 min. ago');
  expect(formatRelative('2026-11-22T14:00:00Z', now)).toBe('in 2 hr.');
  expect(formatRelative('2026-11-22T11:59:55Z', now)).toBe('now');
});

test('a size has the unit that reads best', () => {
  expect(formatBytes(10)).toBe('10B');
  expect(formatBytes(183_234)).toBe('183 kB');
  expect(formatBytes(2_500_000)).toBe('2.5 MB');
});
