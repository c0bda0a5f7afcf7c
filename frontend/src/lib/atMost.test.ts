import { expect, test } from 'vitest';
import { atMost } from './atMost';

test('no more than so many run at once, in their order, and a failure gives its place back', async () => {
  const limited = atMost(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const results = [1, 2, 3, 4].map((number) =>
    limited(() => {
      started.push(number);
      return new Promise<number>((resolve, reject) => {
        ends.push(() => (number === 1 ? reject(new Error('gone')) : resolve(number)));
      });
    }),
  );
  const first = expect(results[0]).rejects.toThrow('gone');
  expect(started).toEqual([1, 2]);
  ends[0]?.();
  await first;
  expect(started).toEqual([1, 2, 3]);
  ends[1]?.();
  ends[2]?.();
  await Promise.all([results[1], results[2]]);
  expect(started).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  expect(await results[3]).toBe(4);
  // All places are free again.
  void limited(async () => started.push(5));
  expect(started.at(-1)).toBe(5);
});
