import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { csvFile } from '@/lib/saveBlob';
import { joinTexts } from '@/lib/texts';
import { getData, http, type Page } from './client';
import type { Priority, TaskStatus, Workflow, WorkflowInput } from './types';
import type { Graph } from './workflows';

/** What is not closed yet. */
export const OPEN_STATUSES = [
  'pending',
  'in_progress',
  'on_hold',
  'handing_off',
] as const satisfies TaskStatus[];

export type SlaSummary = Workflow<'TaskSlaOut'>;

export type TaskRow = Workflow<'TaskRowOut'>;

export type AvailableTransition = Workflow<'AvailableTransitionOut'>;

export type Approval = Workflow<'ApprovalStateOut'>;

export type Handoff = Workflow<'HandoffOut'>;

/** The schema names the actions as plain text. */
export type TaskDetail = Omit<Workflow<'TaskDetailOut'>, 'available_actions'> & {
  available_actions: TaskVerb[];
};

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
  step_key?: string[];
  category?: string[];
  department?: string[];
  requester?: string[];
  created_after?: string;
  created_before?: string;
  closed_after?: string;
  closed_before?: string;
  search?: string;
  ordering?: string;
  page?: number;
  page_size?: number;
}

/** A ticket number is often pasted as `#TX…` or `[TX…]`. */
function searched(value: string | number): string {
  return String(value)
    .trim()
    .replace(/^[#[(]+(?=TX\d)/i, '')
    .replace(/(?<=\d)[\])]+$/, '');
}

/** Several values of one filter travel comma-separated; empty ones stay out of the query string. */
export function toQuery(params: TaskListParams): Record<string, string | number> {
  const query: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) {
      if (value.length > 0) query[name] = joinTexts(value);
    } else if (value !== undefined && value !== '') query[name] = name === 'search' ? searched(value) : value;
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
    queryFn: ({ signal }) => getData<Page<TaskRow>>('/workflow/tasks/', { params: toQuery(params), signal }),
    placeholderData: keepPreviousData,
  });

export const taskQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'detail'),
    queryFn: ({ signal }) => getData<TaskDetail>(`/workflow/tasks/${taskId}/`, { signal }),
  });

export const taskCountQuery = (view: TaskView, narrowed: TaskListParams = {}) =>
  queryOptions({
    queryKey: [...taskKeys.counts, view, narrowed],
    queryFn: async ({ signal }) =>
      (
        await getData<Page<TaskRow>>('/workflow/tasks/', {
          params: toQuery({ ...narrowed, view, page_size: 1 }),
          signal,
        })
      ).count,
    staleTime: 30_000,
  });

/** A list with its filters and order, without its pages. */
function whole({ page: _page, page_size: _size, ...list }: TaskListParams): TaskListParams {
  return list;
}

/** All rows of a list as CSV; `columns` are the server's names. */
export async function exportTasks(list: TaskListParams, columns: string[]): Promise<Blob> {
  const answer = await http.get<string>('/workflow/tasks/export/', {
    params: { ...toQuery(whole(list)), columns: columns.join(',') },
    responseType: 'text',
    timeout: 300_000,
  });
  return csvFile(answer.data);
}

export type BoardColumn = Workflow<'BoardColumnOut'>;

export const boardQuery = (list: TaskListParams) =>
  queryOptions({
    queryKey: [...taskKeys.lists, 'board', whole(list)],
    queryFn: async ({ signal }) =>
      (
        await getData<{ columns: BoardColumn[] }>('/workflow/tasks/board/', {
          params: toQuery(whole(list)),
          signal,
        })
      ).columns,
    placeholderData: keepPreviousData,
  });

export const COLUMN_PAGE = 50;

/** The tasks of one column of the board, page by page. */
export const columnQuery = (list: TaskListParams, { workflow, step }: BoardColumn) => {
  const params: TaskListParams = {
    ...whole(list),
    workflow: [String(workflow.id)],
    ...(step
      ? { step_key: [String(step.key)], status: list.status?.length ? list.status : [...OPEN_STATUSES] }
      : { status: ['handing_off'] }),
    page_size: COLUMN_PAGE,
  };
  return infiniteQueryOptions({
    queryKey: [...taskKeys.lists, 'column', params],
    queryFn: ({ pageParam, signal }) =>
      getData<Page<TaskRow>>('/workflow/tasks/', {
        params: toQuery({ ...params, page: pageParam }),
        signal,
      }),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.next ? pages.length + 1 : undefined),
  });
};

export async function claimTask(input: { taskId: number; expectedVersion: number }): Promise<TaskDetail> {
  return (
    await http.post(`/workflow/tasks/${input.taskId}/claim/`, { expected_version: input.expectedVersion })
  ).data;
}

export type TimelineEvent = Workflow<'TimelineOut'>;

/** The newest part of what happened to a task, oldest first. */
export interface Timeline {
  events: TimelineEvent[];
  /** There is more before it. */
  hasEarlier: boolean;
}

export const TIMELINE_PAGE_SIZE = 100;

/** One page of the timeline; the first is the newest. */
export async function fetchTimeline(taskId: number, page: number, signal?: AbortSignal): Promise<Timeline> {
  const { results, next } = await getData<Page<TimelineEvent>>(`/workflow/tasks/${taskId}/timeline/`, {
    params: { ordering: '-seq', page, page_size: TIMELINE_PAGE_SIZE },
    signal,
  });
  return { events: results.sort((a, b) => a.seq - b.seq), hasEarlier: next !== null };
}

/** What is known of a timeline with what was fetched: its lines never change, there are only more of them. */
export function mergeTimeline(known: Timeline | undefined, fetched: Timeline): Timeline {
  const oldest = fetched.events[0]?.seq;
  const newestKnown = known?.events.at(-1)?.seq;
  // What lies between the two is not known.
  if (!known || oldest === undefined || newestKnown === undefined || newestKnown < oldest - 1) return fetched;
  const events = new Map([...known.events, ...fetched.events].map((event) => [event.seq, event]));
  const isOlder = oldest < (known.events[0]?.seq ?? 0);
  return {
    events: [...events.values()].sort((a, b) => a.seq - b.seq),
    hasEarlier: isOlder || !fetched.hasEarlier ? fetched.hasEarlier : known.hasEarlier,
  };
}

export const timelineQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'timeline'),
    queryFn: ({ signal }) => fetchTimeline(taskId, 1, signal),
    structuralSharing: (known, fetched) => mergeTimeline(known as Timeline | undefined, fetched as Timeline),
  });

export const taskGraphQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'graph'),
    queryFn: ({ signal }) => getData<Graph>(`/workflow/tasks/${taskId}/graph/`, { signal }),
  });

export type SlaClock = Workflow<'ExplainedClockOut'>;

export type SlaExplained = Workflow<'TaskSlaExplainedOut'>;

export const slaQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'sla'),
    queryFn: ({ signal }) => getData<SlaExplained>(`/workflow/tasks/${taskId}/sla/`, { signal }),
  });

export type AssignmentRecord = Workflow<'PastAssignmentOut'>;

export const assignmentQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'assignment'),
    queryFn: ({ signal }) =>
      getData<{ current: AssignmentRecord | null; history: AssignmentRecord[] }>(
        `/workflow/tasks/${taskId}/assignment/`,
        { signal },
      ),
  });

export type RequesterCard = Workflow<'RequesterCardOut'>;

export type OtherTasks = Workflow<'OtherTasksOut'>;

export type OtherTask = Workflow<'OtherTaskOut'>;

/** Who asked for a task, and their other tickets that the person may see. */
export const requesterQuery = (taskId: number) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, 'requester'),
    queryFn: ({ signal }) => getData<RequesterCard>(`/workflow/tasks/${taskId}/requester/`, { signal }),
  });

export type WithComment = WorkflowInput<'WithCommentInRequest'>;

/** A try after a lost answer does what was said with an act once. */
const onceOnly = (said?: WithComment) =>
  said ? { headers: { 'Idempotency-Key': said.client_id } } : undefined;

export type PerformInput = Pick<
  WorkflowInput<'PerformInRequest'>,
  'task_id' | 'transition_id' | 'expected_version'
> & {
  comment?: string;
  with_comment?: WithComment;
};

/** `key` is the caller's, so that the same act, sent again after its answer was lost, is done once. */
export async function performTransition(input: PerformInput, key?: string): Promise<TaskDetail> {
  const config = key ? { headers: { 'Idempotency-Key': key } } : onceOnly(input.with_comment);
  return (await http.post('/workflow/transitions/', input, config)).data;
}

export type TaskVerb =
  | Exclude<Workflow<'ActionEnum'>, 'transition' | 'comment'>
  | 'reopen'
  | 'cancel'
  | 'move';

/** What ends a hold, beside somebody who resumes the ticket. */
export type HoldWait = Partial<
  Pick<WorkflowInput<'HoldInRequest'>, 'reason_code' | 'until' | 'until_working_days' | 'until_answer'>
>;

export interface VerbInput extends HoldWait {
  taskId: number;
  verb: TaskVerb | 'withdraw-vote';
  expected_version: number;
  reason?: string;
  user_id?: number;
  priority?: Priority;
  workflow_id?: number;
  with_comment?: WithComment;
}

export async function doVerb({ taskId, verb, ...body }: VerbInput): Promise<TaskDetail> {
  return (await http.post(`/workflow/tasks/${taskId}/${verb}/`, body, onceOnly(body.with_comment))).data;
}

export type MovePreview = Workflow<'MovePreviewOut'>;

/** What moving a task to another workflow would come to. */
export const movePreviewQuery = (taskId: number, workflowId: string) =>
  queryOptions({
    queryKey: taskKeys.part(taskId, `move-${workflowId}`),
    queryFn: ({ signal }) =>
      getData<MovePreview>(`/workflow/tasks/${taskId}/move-preview/`, {
        params: { workflow_id: workflowId },
        signal,
      }),
    enabled: workflowId !== '',
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
