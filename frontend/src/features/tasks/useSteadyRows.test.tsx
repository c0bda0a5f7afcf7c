import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { taskRow } from '@/test/fixtures';
import { useSteadyRows } from './useSteadyRows';

const row = (id: number, subject = `Ticket ${id}`) => taskRow({ id, subject });
type Input = { rows: ReturnType<typeof row>[]; list?: string; isHeld: boolean };

function steady(first: Input) {
  return renderHook(({ rows, list = 'mine', isHeld }: Input) => useSteadyRows(rows, list, isHeld), {
    initialProps: first,
  });
}

const ids = (rows: { id: number }[]) => rows.map((each) => each.id);

test('while held, rows keep their places: new ones are counted, values follow, what left is marked', () => {
  const { result, rerender } = steady({ rows: [row(1), row(2)], isHeld: false });
  rerender({ rows: [row(1), row(2)], isHeld: true });
  rerender({ rows: [row(9), row(8), row(2, 'Renamed')], isHeld: true });
  expect(ids(result.current.shown)).toEqual([1, 2]);
  expect(result.current.shown[1]?.subject).toBe('Renamed');
  expect(result.current.fresh).toBe(2);
  expect([...result.current.gone]).toEqual([1]);

  act(() => result.current.show());
  expect(ids(result.current.shown)).toEqual([9, 8, 2]);
  expect(result.current.fresh).toBe(0);
});

test('let go of, or for another list, everything is as the server says', () => {
  const { result, rerender } = steady({ rows: [row(1)], isHeld: true });
  rerender({ rows: [row(3), row(1)], isHeld: true });
  expect(ids(result.current.shown)).toEqual([1]);
  rerender({ rows: [row(3), row(1)], isHeld: false });
  expect(ids(result.current.shown)).toEqual([3, 1]);
  rerender({ rows: [row(5)], list: 'team', isHeld: true });
  expect(ids(result.current.shown)).toEqual([5]);
});
