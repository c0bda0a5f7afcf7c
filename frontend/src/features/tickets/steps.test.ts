import { expect, test } from 'vitest';
import type { TimelineEvent } from '@/api/tasks';
import { taskDetail } from '@/test/fixtures';
import { visitsOf } from './steps';

const event = (seq: number, name: string, minute: number, detail = {}): TimelineEvent => ({
  seq,
  event: name,
  actor: null,
  detail,
  reason_code: '',
  at: `2026-11-22T09:${String(minute).padStart(2, '0')}:00Z`,
});
const move = (seq: number, minute: number, from: string, to: string) =>
  event(seq, 'transition', minute, { from_step: { id: 1, name: from }, to_step: { id: 2, name: to } });
const created = event(1, 'task_created', 0);

test('the steps so far are told with the time in each, also those that came again', () => {
  const events = [created, move(2, 10, 'Triage', 'Resolve'), move(3, 15, 'Resolve', 'Triage')];
  const { current_step } = taskDetail({
    current_step: { id: 1, key: 1, name: 'Triage', role: null, role_id: null, kind: 'action' },
  });
  expect(visitsOf(events, { current_step })).toEqual([
    { number: 1, name: 'Triage', seconds: 600, isCurrent: false },
    { number: 2, name: 'Resolve', seconds: 300, isCurrent: false },
    { number: 3, name: 'Triage', seconds: null, isCurrent: true },
  ]);
});

test('a closed ticket ends with the step that it ended in', () => {
  const names = visitsOf([created, move(2, 10, 'Triage', 'Done')], { current_step: null });
  expect(names.map(({ name, isCurrent }) => [name, isCurrent])).toEqual([
    ['Triage', false],
    ['Done', false],
  ]);
});

test('where the beginning is not loaded, nobody guesses how long it took', () => {
  expect(visitsOf([move(8, 10, 'Triage', 'Done')], { current_step: null })[0]?.seconds).toBeNull();
});
