import { expect, test } from 'vitest';
import { accessKeys } from './access';
import { calendarKeys } from './calendars';
import {
  accountChoices,
  calendarChoices,
  deployedChoices,
  roleChoices,
  roleNameChoices,
  workerChoices,
  workersOf,
  workflowChoices,
} from './choices';
import { peopleKeys } from './people';
import { workflowKeys } from './workflows';

test.each([
  [roleChoices, accessKeys.roles],
  [roleNameChoices, accessKeys.roles],
  [workflowChoices, workflowKeys.all],
  [deployedChoices, workflowKeys.all],
  [calendarChoices, calendarKeys.all],
  [workerChoices, peopleKeys.workers],
  [accountChoices, peopleKeys.all],
])('choices are read again when what they list was changed', (source, key) => {
  expect(source.key.slice(0, key.length)).toEqual([...key]);
});

test('lists that are asked for with other parameters are others', () => {
  const keys = [workflowChoices, deployedChoices, workerChoices, workersOf(3), workersOf(4), accountChoices];
  expect(new Set(keys.map((source) => JSON.stringify(source.key))).size).toBe(keys.length);
});
