import type {
  Approval,
  Assignment,
  Condition,
  DraftGraphDocument,
  GraphInput,
  SavedGraph,
} from '@/api/definitions';
import type { Outcome } from '@/api/types';
import type { Graph, GraphEdge, GraphStep } from '@/api/workflows';
import { placeSteps } from '@/components/graph/layout';
import { readingOrder } from '@/components/graph/readingOrder';

/**
 * The draft as the designer holds it. Parts bear keys of this browser, which stay the same while the server gives
 * them ids: selection and undo never lose their place.
 */

export type Kind = GraphStep['kind'];

export interface DraftStep {
  key: string;
  name: string;
  description: string;
  instruction: string;
  kind: Kind;
  role: string | null;
  escalateTo: string | null;
  assignment: Assignment;
  weight: string;
  approval: Approval;
  isStart: boolean;
  isEnd: boolean;
  endStatus: '' | 'completed' | 'rejected';
  returnCap: number;
  x: number;
  y: number;
}

export interface DraftEdge {
  key: string;
  from: string;
  to: string;
  name: string;
  outcome: Outcome;
  requiresComment: boolean;
  isAutomatic: boolean;
  condition: Condition | null;
}

export interface Draft {
  steps: DraftStep[];
  edges: DraftEdge[];
}

export type Selection = { kind: 'step' | 'edge'; key: string } | null;

/** Where validation found something, by key: the worst of it. */
export type Marks = Map<string, 'error' | 'warning'>;

/** Which row of the server each key stands for. */
export type Ids = Record<string, number>;

export type Palette = Kind | 'end';

export function fromDocument(document: DraftGraphDocument): { draft: Draft; ids: Ids } {
  const ids: Ids = {};
  const steps = [...document.steps]
    .sort((a, b) => a.order - b.order || a.id - b.id)
    .map((step) => {
      const key = `s${step.id}`;
      ids[key] = step.id;
      return {
        key,
        name: step.name,
        description: step.description,
        instruction: step.instruction,
        kind: step.kind,
        role: step.role,
        escalateTo: step.escalate_to,
        assignment: step.assignment,
        weight: step.weight,
        approval: step.approval,
        isStart: step.is_start,
        isEnd: step.is_end,
        endStatus: step.end_status,
        returnCap: step.return_cap,
        x: step.position.x ?? 0,
        y: step.position.y ?? 0,
      };
    });
  const edges = [...document.transitions]
    .sort((a, b) => a.order - b.order || a.id - b.id)
    .map((edge) => {
      const key = `t${edge.id}`;
      ids[key] = edge.id;
      return {
        key,
        from: `s${edge.from_step}`,
        to: `s${edge.to_step}`,
        name: edge.name,
        outcome: edge.outcome,
        // What the outcome asks for is not the wish of a person.
        requiresComment: edge.requires_comment && !needsComment(edge),
        isAutomatic: edge.is_automatic,
        condition: edge.condition,
      };
    });
  const draft = { steps, edges };
  const places = new Set(steps.map((step) => `${step.x},${step.y}`));
  return { draft: places.size < steps.length ? layOut(draft) : draft, ids };
}

export function toInput(draft: Draft, ids: Ids, editVersion: number): GraphInput {
  const idOf = (key: string) => ids[key] ?? key;
  return {
    edit_version: editVersion,
    steps: draft.steps.map((step, order) => ({
      id: idOf(step.key),
      name: step.name,
      description: step.description,
      instruction: step.instruction,
      kind: step.kind,
      role: step.role,
      escalate_to: step.escalateTo,
      assignment: step.assignment,
      weight: (Number(step.weight) || 0).toFixed(2),
      approval: step.kind === 'approval' ? step.approval : {},
      is_start: step.isStart,
      is_end: step.isEnd,
      end_status: step.isEnd ? step.endStatus || 'completed' : '',
      return_cap: step.returnCap,
      position: { x: step.x, y: step.y },
      order,
    })),
    transitions: draft.edges.map((edge, order) => ({
      id: idOf(edge.key),
      from_step: idOf(edge.from),
      to_step: idOf(edge.to),
      name: edge.name,
      outcome: edge.outcome,
      requires_comment: needsComment(edge) || edge.requiresComment,
      is_automatic: edge.isAutomatic,
      condition: edge.condition,
      order,
    })),
  };
}

/** The ids after a save: what was new has one now, and what is gone is forgotten, so undo makes it anew. */
export function idsAfter(ids: Ids, saved: SavedGraph): Ids {
  const steps = new Set(saved.steps.map((step) => step.id));
  const edges = new Set(saved.transitions.map((edge) => edge.id));
  const alive = ([key, id]: [string, number]) => (key.startsWith('s') ? steps : edges).has(id);
  return Object.fromEntries([...Object.entries(ids), ...Object.entries(saved.id_map)].filter(alive));
}

export function keyOf(ids: Ids, kind: 'step' | 'edge', id: number): string | undefined {
  const prefix = kind === 'step' ? 's' : 't';
  return Object.keys(ids).find((key) => key.startsWith(prefix) && ids[key] === id);
}

let made = 0;
function newKey(prefix: 's' | 't'): string {
  made += 1;
  return `${prefix}-new-${Date.now().toString(36)}-${made}`;
}

export function needsComment(edge: Pick<DraftEdge, 'outcome'>): boolean {
  return edge.outcome === 'reject' || edge.outcome === 'return';
}

function uniqueName(taken: string[], wanted: string): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} ${number}`)) number += 1;
  return `${wanted} ${number}`;
}

/** A new step, connected from `after` where one is named and that can go on. */
export function addStep(
  draft: Draft,
  options: { type: Palette; name: string; after?: string | null; at?: { x: number; y: number } },
): { draft: Draft; key: string } {
  const key = newKey('s');
  const previous = draft.steps.find((step) => step.key === options.after && !step.isEnd);
  const isEnd = options.type === 'end';
  const right = Math.max(0, ...draft.steps.map((step) => step.x + 260));
  const step: DraftStep = {
    key,
    name: uniqueName(
      draft.steps.map((each) => each.name),
      options.name,
    ),
    description: '',
    instruction: '',
    kind: options.type === 'end' ? 'action' : options.type,
    role: isEnd ? null : (previous?.role ?? null),
    escalateTo: null,
    assignment: 'round_robin',
    weight: '1.00',
    approval: options.type === 'approval' ? { required: 1, mode: 'count' } : {},
    isStart: !isEnd && !draft.steps.some((each) => each.isStart),
    isEnd,
    endStatus: isEnd ? 'completed' : '',
    returnCap: 5,
    x: options.at?.x ?? (previous ? previous.x + 260 : right),
    y: options.at?.y ?? freeRow(draft, previous ? previous.x + 260 : right, previous?.y ?? 0),
  };
  let next: Draft = { ...draft, steps: [...draft.steps, step] };
  if (previous) next = addEdge(next, previous.key, key).draft;
  return { draft: next, key };
}

function freeRow(draft: Draft, x: number, y: number): number {
  let row = y;
  while (draft.steps.some((step) => Math.abs(step.x - x) < 180 && Math.abs(step.y - row) < 70)) row += 110;
  return row;
}

/** A way between two steps; its outcome is what the step it leaves still lacks. */
export function addEdge(draft: Draft, from: string, to: string): { draft: Draft; key: string | null } {
  const source = draft.steps.find((step) => step.key === from);
  const target = draft.steps.find((step) => step.key === to);
  if (!source || !target || from === to || source.isEnd) return { draft, key: null };
  const outcome = likelyOutcome(draft, source, target);
  const twin = draft.edges.find((edge) => edge.from === from && edge.to === to && edge.outcome === outcome);
  if (twin) return { draft, key: twin.key };
  const key = newKey('t');
  const edge: DraftEdge = {
    key,
    from,
    to,
    name: usualName(outcome, target),
    outcome,
    requiresComment: false,
    isAutomatic: false,
    condition: null,
  };
  return { draft: { ...draft, edges: [...draft.edges, edge] }, key };
}

/** What a transition is called until somebody says otherwise. */
function usualName(outcome: Outcome, target: Pick<DraftStep, 'name' | 'isEnd'>): string {
  return {
    forward: target.isEnd ? 'Finish' : `To ${target.name}`,
    approve: 'Approve',
    reject: 'Reject',
    return: 'Send back',
  }[outcome];
}

/** Transitions that still bear their usual name follow what they are named after; edited names stay. */
function renamed(before: Draft, after: Draft): Draft {
  const stepsOf = (draft: Draft) => new Map(draft.steps.map((step) => [step.key, step]));
  const [old, fresh] = [stepsOf(before), stepsOf(after)];
  const edgesBefore = new Map(before.edges.map((edge) => [edge.key, edge]));
  return {
    ...after,
    edges: after.edges.map((edge) => {
      const was = edgesBefore.get(edge.key);
      const [from, to] = [was && old.get(was.to), fresh.get(edge.to)];
      if (!was || !from || !to || edge.name !== usualName(was.outcome, from)) return edge;
      const name = usualName(edge.outcome, to);
      return name === edge.name ? edge : { ...edge, name };
    }),
  };
}

function likelyOutcome(draft: Draft, source: DraftStep, target: DraftStep): Outcome {
  if (leadsTo(draft, target.key, source.key)) return 'return';
  if (source.kind !== 'approval') return 'forward';
  if (target.isEnd && target.endStatus === 'rejected') return 'reject';
  const has = (outcome: Outcome) =>
    draft.edges.some((edge) => edge.from === source.key && edge.outcome === outcome);
  return has('approve') ? 'reject' : 'approve';
}

function leadsTo(draft: Draft, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  while (waiting.length > 0) {
    const key = waiting.pop() as string;
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const edge of draft.edges) if (edge.from === key && edge.outcome !== 'return') waiting.push(edge.to);
  }
  return false;
}

export function changeStep(draft: Draft, key: string, changes: Partial<DraftStep>): Draft {
  return renamed(draft, {
    ...draft,
    steps: draft.steps.map((step) => {
      if (step.key === key) {
        const changed = { ...step, ...changes };
        if (changes.isEnd === true)
          return { ...changed, isStart: false, role: null, escalateTo: null, endStatus: 'completed' };
        if (changes.kind === 'approval' && !changed.approval.required)
          changed.approval = { required: 1, mode: 'count' };
        return changed;
      }
      // There is one start.
      return changes.isStart ? { ...step, isStart: false } : step;
    }),
    edges: changes.isEnd === true ? draft.edges.filter((edge) => edge.from !== key) : draft.edges,
  });
}

export function changeEdge(draft: Draft, key: string, changes: Partial<DraftEdge>): Draft {
  const changed = {
    ...draft,
    edges: draft.edges.map((edge) => (edge.key === key ? { ...edge, ...changes } : edge)),
  };
  return 'name' in changes ? changed : renamed(draft, changed);
}

export function remove(draft: Draft, selection: NonNullable<Selection>): Draft {
  const { kind, key } = selection;
  return {
    steps: kind === 'step' ? draft.steps.filter((step) => step.key !== key) : draft.steps,
    edges: draft.edges.filter((edge) =>
      kind === 'step' ? edge.from !== key && edge.to !== key : edge.key !== key,
    ),
  };
}

/** The draft in the shape that the shared drawing and ordering functions take. */
export function asGraph(draft: Draft): { graph: Graph; keys: string[] } {
  const numbers = new Map(draft.steps.map((step, index) => [step.key, index]));
  const steps: GraphStep[] = draft.steps.map((step, index) => ({
    id: index,
    name: step.name,
    kind: step.kind,
    role: step.role,
    escalate_to: step.escalateTo,
    instruction: step.instruction,
    is_start: step.isStart,
    is_end: step.isEnd,
  }));
  const transitions: GraphEdge[] = draft.edges.flatMap((edge, index) => {
    const from = numbers.get(edge.from);
    const to = numbers.get(edge.to);
    return from === undefined || to === undefined
      ? []
      : [{ id: index, name: edge.name, outcome: edge.outcome, from_step: from, to_step: to }];
  });
  return { graph: { steps, transitions }, keys: draft.steps.map((step) => step.key) };
}

export function layOut(draft: Draft): Draft {
  const { graph } = asGraph(draft);
  const places = placeSteps(graph.steps, graph.transitions, 'LR');
  return {
    ...draft,
    steps: draft.steps.map((step, index) => ({
      ...step,
      x: Math.round(places.get(index)?.x ?? step.x),
      y: Math.round(places.get(index)?.y ?? step.y),
    })),
  };
}

/** Steps in the order a reader would tell them: what the outline shows. */
export function inOrder(draft: Draft): DraftStep[] {
  const { graph } = asGraph(draft);
  return readingOrder(graph.steps, graph.transitions).map((step) => draft.steps[step.id] as DraftStep);
}

/** A step's part of the whole time, 0 to 1: its weight among those of all steps that take time. */
export function shareOf(draft: Draft, step: DraftStep): number {
  if (step.isEnd) return 0;
  const weight = (each: DraftStep) => (each.isEnd ? 0 : Number(each.weight) || 0);
  const total = draft.steps.reduce((sum, each) => sum + weight(each), 0);
  return total > 0 ? weight(step) / total : 0;
}
