import { expect, test } from 'vitest';
import { zoomed } from './zoom';

test.each([
  [1, 1, 1.5],
  [1, -1, 0.75],
  [0.333, 1, 0.5],
  [0.333, -1, 0.25],
  [0.4998, 1, 0.75],
  [4, 1, 4],
  [0.05, -1, 0.05],
] as const)('from %d in direction %d comes %d', (scale, direction, next) => {
  expect(zoomed(scale, direction)).toBe(next);
});
