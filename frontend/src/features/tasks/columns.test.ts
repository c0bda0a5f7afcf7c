import { expect, test } from 'vitest';
import { COLUMNS } from './columns';
import { leastWidth } from './TaskTable';

test('the table grows with its columns, so that the subject keeps 240 px', () => {
  const none = leastWidth([], true);
  expect(none).toBeGreaterThanOrEqual(240 + 40 + 36 + 156 + 132);
  // Every chosen column adds its own width instead of taking it from the subject.
  for (const name of COLUMNS) expect(leastWidth([name], true)).toBeGreaterThan(none);
  expect(leastWidth(COLUMNS, true)).toBeGreaterThan(1200);
});
