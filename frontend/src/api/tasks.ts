import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, http, type Page } from './client';
import type { NamedRef, Outcome, Person, Priority, SlaState, StepRef, TaskStatus } from './types';
import type { Graph } from './workflows';

export interface SlaSummary {
  state: SlaState;
  due_at: string | null;
  remaining_seconds: number | null;
}

export interface TaskRow {
  id: number;
  ticket_number: string;
  subject: string;
  status: TaskStatus;
  priority: Priority;
  version: number;
  workflow: NamedRef;
  workflow_version: number;
  current_step: StepRef | null;
  assignee: Person | null;
  owner: Person | null;
  sla: SlaSummary | null;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
}

export interface AvailableTransition {
  id: number;
  name: string;
  outcome: Outcome;
  requires_comment: boolean;
  to_step: { id: number; name: string } | null;
}

export interface Approval {
  required: number;
  mode: 'count' | 'percent';
  votes: { person: Person; outcome: Outcome; comment: string; cast_at: string }[];
}

export interface Handoff {
  system: 'ams' | 'bms';
  id: number;
  status: string;
  attempts: number;
  last_error: string;
  external_reference: string;
}

export interface TaskDetail extends TaskRow {
  available_transitions: AvailableTransition[];
  available_actions: TaskVerb[];
  instruction: string | null;
  approval: Approval | null;
  handoff: Handoff | null;
}

export const TASK_VIEWS = ['mine', 'team', 'unassigned', 'at_risk', 'breached', 'done', 'all'] as const;
export type TaskView = (typeof TASK_VIEWS)[number];

export interface TaskListParams {
  view?: TaskView;
  status?: string[];
  workflow?: string[];
  priority?: string[];
  role?: string[];
  assignee?: string[];
  step?: string[];
  created_after?: string;
  created_before?: string;
  closed_after?: string;
  closed_before?: string;
  search?: string;
  ordering?: string;
  page?: number;
  page_size?: number;
}

/** Several values of one filter travel comma-separated; empty ones stay out of the query string. */
export function toQuery(params: TaskListParams): Record<string, string | number> {
  const query: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) {
      if (value.length > 0) query[name] = value.join(',');
    } else if (value !== undefined && value !== '') query[name] = value;
  }
  return query;
}

export const taskKeys = {
  all: ['tasks'] as const,
  lists: ['tasks', 'list'] as const,
  counts: ['tasks', 'count'] as const,
  parts: (taskId: number) => ['tasks', 'part', taskId] as const,
  part: (taskId: number, part: string) => ['tasks', 'part', taskId, part] as const,
};

export const taskListQuery = (params: TaskListParams) =>
  queryOptions({
    queryKey: [...taskKeys.lists, params],
    queryFn: async ({ signal }) =>
      (await http.get<Page<TaskRow>>('/workflow/tasks/', { params: toQuery(params), signal })).data,
    placeholderData: keepPreviousData,
  });

export const taskQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'detail'),
    queryFn: async ({ signal }) =>
      (await http.get<TaskDetail>(`/workflow/tasks/${taskId}/`, { signal })).data,
  });

export const taskCountQuery = (view: TaskView, narrowed: TaskListParams = {}) =>
  queryOptions({
    queryKey: [...taskKeys.counts, view, narrowed],
    queryFn: async ({ signal }) =>
      (
        await http.get<Page<TaskRow>>('/workflow/tasks/', {
          params: toQuery({ ...narrowed, view, page_size: 1 }),
          signal,
        })
      ).data.count,
    staleTime: 30_000,
  });

export async function claimTask(input: { taskId: number; expectedVersion: number }): Promise<TaskDetail> {
  return (
    await http.post(`/workflow/tasks/${input.taskId}/claim/`, { expected_version: input.expectedVersion })
  ).data;
}

export interface TimelineEvent {
  seq: number;
  event: string;
  actor: Person | null;
  detail: Record<string, unknown>;
  at: string;
}

export const timelineQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'timeline'),
    queryFn: async ({ signal }) => allPages<TimelineEvent>(`/workflow/tasks/${taskId}/timeline/`, {}, signal),
  });

export const taskGraphQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'graph'),
    queryFn: async ({ signal }) =>
      (await http.get<Graph>(`/workflow/tasks/${taskId}/graph/`, { signal })).data,
  });

export interface SlaInterval {
  from: string;
  to: string;
  counted: boolean;
  why: 'running' | 'paused' | 'outside_hours' | 'holiday';
  reason: string;
  seconds: number;
}

export interface SlaClock extends SlaSummary {
  target_seconds: number;
  elapsed_seconds: number;
  started_at: string;
  at_risk_at: string | null;
  intervals: SlaInterval[];
}

export interface SlaExplained {
  task: SlaClock | null;
  visit: SlaClock | null;
}

export const slaQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'sla'),
    queryFn: async ({ signal }) =>
      (await http.get<SlaExplained>(`/workflow/tasks/${taskId}/sla/`, { signal })).data,
  });

export interface AssignmentRecord {
  person: Person;
  role: string;
  origin: string;
  reason: string;
  explanation: string;
  candidates: Person[];
  started_at: string;
  ended_at: string | null;
}

export const assignmentQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'assignment'),
    queryFn: async ({ signal }) =>
      (
        await http.get<{ current: AssignmentRecord | null; history: AssignmentRecord[] }>(
          `/workflow/tasks/${taskId}/assignment/`,
          { signal },
        )
      ).data,
  });

export interface PerformInput {
  task_id: number;
  transition_id: number;
  comment?: string;
  expected_version: number;
}

export async function performTransition(input: PerformInput): Promise<unknown> {
  return (await http.post('/workflow/transitions/', input)).data;
}

export type TaskVerb = 'claim' | 'release' | 'transfer' | 'escalate' | 'hold' | 'resume' | 'priority';

export interface VerbInput {
  taskId: number;
  verb: TaskVerb;
  expected_version: number;
  reason?: string;
  user_id?: number;
  priority?: Priority;
}

export async function doVerb({ taskId, verb, ...body }: VerbInput): Promise<TaskDetail> {
  return (await http.post(`/workflow/tasks/${taskId}/${verb}/`, body)).data;
}
