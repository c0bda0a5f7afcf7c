import { describe, expect, test } from 'vitest';
import type { SavedGraph } from '@/api/definitions';
import { asSimple, fromSimple, problemOf } from './conditions';
import { record, redo, startHistory, undo } from './history';
import {
  addEdge,
  addStep,
  changeEdge,
  changeStep,
  type Draft,
  fromDocument,
  idsAfter,
  layOut,
  remove,
  shareOf,
  toInput,
} from './model';

const empty: Draft = { steps: [], edges: [] };

/** Review → Approve, and two ends that nothing leads to yet. */
function sample() {
  const review = addStep(empty, { type: 'review', name: 'Review' });
  const approve = addStep(review.draft, { type: 'approval', name: 'Approve', after: review.key });
  const done = addStep(approve.draft, { type: 'end', name: 'Done' });
  const rejected = addStep(done.draft, { type: 'end', name: 'Rejected' });
  const draft = changeStep(rejected.draft, rejected.key, { endStatus: 'rejected' });
  return { draft, review: review.key, approve: approve.key, done: done.key, rejected: rejected.key };
}

const outcomes = (draft: Draft) => draft.edges.map((edge) => edge.outcome);

describe('the name of a transition', () => {
  test('follows the step it leads to until it is edited', () => {
    const first = addStep(empty, { type: 'action', name: 'Start' });
    const second = addStep(first.draft, { type: 'action', name: 'New step', after: first.key });
    const key = second.draft.edges[0]?.key ?? '';
    const named = (draft: Draft) => draft.edges.map((edge) => edge.name);
    expect(named(second.draft)).toEqual(['To New step']);

    const typed = ['', 'O', 'Or', 'Order'].reduce(
      (draft, name) => changeStep(draft, second.key, { name }),
      second.draft,
    );
    expect(named(typed)).toEqual(['To Order']);

    const edited = changeEdge(typed, key, { name: 'Hand over' });
    expect(named(changeStep(edited, second.key, { name: 'Buy' }))).toEqual(['Hand over']);
  });

  test('follows its outcome and its target too', () => {
    const { draft, review, approve, rejected } = sample();
    const key = draft.edges[0]?.key ?? '';
    expect(draft.edges[0]).toMatchObject({ from: review, to: approve, name: 'To Approve' });
    const back = changeEdge(draft, key, { outcome: 'reject' });
    expect(back.edges[0]?.name).toBe('Reject');
    const elsewhere = changeEdge(draft, key, { to: rejected });
    expect(elsewhere.edges[0]?.name).toBe('Finish');
    expect(changeStep(draft, approve, { isEnd: true }).edges[0]?.name).toBe('Finish');
  });
});

describe('a comment', () => {
  const commented = (draft: Draft) => toInput(draft, {}, 1).transitions.map((edge) => edge.requires_comment);

  test('is required while the outcome asks for it, and not after that', () => {
    const { draft, approve, rejected } = sample();
    const { draft: drawn, key } = addEdge(draft, approve, rejected);
    expect(commented(drawn)).toEqual([false, true]);
    const approving = changeEdge(drawn, key ?? '', { outcome: 'approve' });
    expect(commented(approving)).toEqual([false, false]);
  });

  test('that a person asked for stays required through a change of the outcome', () => {
    const { draft } = sample();
    const key = draft.edges[0]?.key ?? '';
    const wished = changeEdge(draft, key, { requiresComment: true });
    const there = changeEdge(wished, key, { outcome: 'reject' });
    expect(commented(changeEdge(there, key, { outcome: 'forward' }))).toEqual([true]);
  });

  test('of a stored rejection is taken back with the outcome', () => {
    const document = {
      workflow: 1,
      edit_version: 1,
      status: 'draft' as const,
      has_undeployed_changes: false,
      steps: [],
      transitions: [
        {
          id: 4,
          name: 'Reject',
          from_step: 1,
          to_step: 2,
          outcome: 'reject' as const,
          requires_comment: true,
          is_automatic: false,
          condition: null,
          order: 0,
        },
      ],
    };
    const { draft } = fromDocument(document);
    expect(commented(draft)).toEqual([true]);
    expect(commented(changeEdge(draft, 't4', { outcome: 'approve' }))).toEqual([false]);
  });
});

describe('adding', () => {
  test('makes the first step the start, and no other', () => {
    expect(sample().draft.steps.map((step) => step.isStart)).toEqual([true, false, false, false]);
  });

  test('never gives two steps one name', () => {
    const once = addStep(empty, { type: 'action', name: 'Step' }).draft;
    expect(addStep(once, { type: 'action', name: 'Step' }).draft.steps.map((step) => step.name)).toEqual([
      'Step',
      'Step 2',
    ]);
  });

  test('a transition guesses its outcome from where it leads', () => {
    const { draft, review, approve, done, rejected } = sample();
    const transitions = [done, rejected, review].reduce(
      (each, to) => addEdge(each, approve, to).draft,
      draft,
    );
    expect(outcomes(transitions)).toEqual(['forward', 'approve', 'reject', 'return']);
  });

  test('the same transition twice is one transition, and none leads from an end or to itself', () => {
    const { draft, review, approve, done } = sample();
    const twice = addEdge(draft, review, approve);
    expect(twice.draft.edges).toHaveLength(1);
    expect(twice.key).toBe(draft.edges[0]?.key);
    expect(addEdge(draft, done, review).key).toBeNull();
    expect(addEdge(draft, review, review).key).toBeNull();
  });
});

test('a step that becomes the end loses its role and its transitions', () => {
  const { draft, review } = sample();
  const ended = changeStep(changeStep(draft, review, { role: 'IT Support' }), review, { isEnd: true });
  expect(ended.steps[0]).toMatchObject({ isEnd: true, isStart: false, role: null, endStatus: 'completed' });
  expect(ended.edges).toEqual([]);
});

test('a removed step takes its transitions along', () => {
  const { draft, approve } = sample();
  expect(remove(draft, { kind: 'step', key: approve }).edges).toEqual([]);
});

test('shares are the weights among those of steps that take time', () => {
  const { draft, review, approve, done } = sample();
  const weighted = changeStep(draft, review, { weight: '3' });
  const share = (key: string) => shareOf(weighted, weighted.steps.find((step) => step.key === key) as never);
  expect([share(review), share(approve), share(done)]).toEqual([0.75, 0.25, 0]);
});

test('the automatic layout puts no two steps in one place', () => {
  const places = layOut(sample().draft).steps.map((step) => `${step.x},${step.y}`);
  expect(new Set(places).size).toBe(4);
});

test('what the server deleted is forgotten, so that undo makes it anew', () => {
  const { draft, review, approve } = sample();
  const saved = {
    steps: [{ id: 8 }],
    transitions: [],
    id_map: { [approve]: 8 },
  } as unknown as SavedGraph;
  const ids = idsAfter({ [review]: 7 }, saved);
  expect(ids).toEqual({ [approve]: 8 });
  expect(
    toInput(draft, ids, 3)
      .steps.map((step) => step.id)
      .slice(0, 2),
  ).toEqual([review, 8]);
});

test('edits of one field are undone together', () => {
  const first = startHistory(empty);
  const one = record(first, { ...empty }, 'name');
  const two = record(one, { ...empty }, 'name');
  const three = record(two, { ...empty }, null);
  expect(three.past).toHaveLength(2);
  const back = undo(undo(three));
  expect(back.present).toBe(empty);
  expect(redo(redo(back)).present).toBe(three.present);
  expect(undo(first)).toBe(first);
});

test('a condition survives the form, and what the form cannot show is left to the text', () => {
  const condition = {
    any: [
      { field: 'priority', op: 'in', value: ['high', 'urgent'] },
      { field: 'location', op: 'exists', value: false },
    ],
  };
  const simple = asSimple(condition);
  expect(simple && fromSimple(simple)).toEqual(condition);
  expect(
    fromSimple({
      join: 'all',
      rows: [
        { field: 'requested_budget', op: 'gte', value: '5000' },
        { field: 'dynamic_data.signed', op: 'eq', value: 'true' },
        { field: 'dynamic_data.count', op: 'lt', value: '3' },
        { field: 'dynamic_data.room', op: 'eq', value: '007' },
        { field: 'expected_return_date', op: 'lt', value: '2026-12-24' },
      ],
    }),
  ).toEqual({
    all: [
      { field: 'requested_budget', op: 'gte', value: 5000 },
      { field: 'dynamic_data.signed', op: 'eq', value: true },
      { field: 'dynamic_data.count', op: 'lt', value: 3 },
      { field: 'dynamic_data.room', op: 'eq', value: '007' },
      { field: 'expected_return_date', op: 'lt', value: '2026-12-24' },
    ],
  });
  expect(asSimple({ not: { field: 'a', op: 'eq', value: 1 } })).toBeNull();
  expect(asSimple({ all: [{ any: [] }] })).toBeNull();
});

test.each([
  ['requested_budget', 'gte', '5,000', 'number'],
  ['requested_budget', 'gte', '', 'empty'],
  ['expected_return_date', 'lt', '24.12.2026', 'date'],
  ['submitted_at', 'lt', '2026-12-24T18:00:00', 'dateTime'],
  ['dynamic_data.share', 'gt', 'Finance', 'order'],
  ['location', 'in', ' , ', 'empty'],
  ['', 'eq', 'x', 'empty'],
] as const)('%s %s %j is not stored: %s', (field, op, value, problem) => {
  const row = { field, op, value };
  expect(problemOf(row)).toBe(problem);
  expect(fromSimple({ join: 'all', rows: [row] })).toBeNull();
});
