import { describe, expect, test } from 'vitest';
import type { GraphEdge, GraphStep } from '@/api/workflows';
import { placeSteps } from './layout';
import { readingOrder } from './readingOrder';

function step(id: number, changes: Partial<GraphStep> = {}): GraphStep {
  return {
    id,
    name: `step ${id}`,
    kind: 'action',
    role: null,
    escalate_to: null,
    instruction: '',
    is_start: id === 1,
    is_end: false,
    ...changes,
  };
}

function edge(from: number, to: number, outcome: GraphEdge['outcome'] = 'forward'): GraphEdge {
  return { id: from * 100 + to, name: `${from} to ${to}`, outcome, from_step: from, to_step: to };
}

const steps = [step(4, { is_end: true }), step(3, { is_end: true }), step(2), step(1)];
const edges = [edge(2, 4, 'reject'), edge(2, 1, 'return'), edge(1, 2), edge(2, 3, 'approve')];

describe('the places of steps', () => {
  test('lead from left to right along the flow, whatever goes back', () => {
    const places = placeSteps(steps, edges, 'LR');
    expect(places.get(1)?.x).toBeLessThan(places.get(2)?.x ?? 0);
    expect(places.get(2)?.x).toBeLessThan(places.get(3)?.x ?? 0);
  });

  test('put the refusal below the good end, or beside it when drawn downwards', () => {
    const across = placeSteps(steps, edges, 'LR');
    expect(across.get(3)?.y).toBeLessThan(across.get(4)?.y ?? 0);
    const down = placeSteps(steps, edges, 'TB');
    expect(down.get(3)?.x).toBeLessThan(down.get(4)?.x ?? 0);
    expect(down.get(1)?.y).toBeLessThan(down.get(2)?.y ?? 0);
  });
});

test('the order of reading follows the edges from the start', () => {
  expect(readingOrder(steps, edges).map((each) => each.id)).toEqual([1, 2, 4, 3]);
});
