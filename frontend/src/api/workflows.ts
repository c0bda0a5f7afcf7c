import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, type Page } from './client';
import type { Outcome, Workflow } from './types';

export type WorkflowStatus = Workflow<'WorkflowStatusEnum'>;

export type StepKind = Workflow<'StepKindEnum'>;
export type WorkflowRow = Workflow<'WorkflowOut'>;

type TaskStep = Workflow<'TaskGraphStepOut'>;

/** A step as any diagram draws it: of a draft, of a version, or of a task that stands somewhere. */
export type GraphStep = Pick<
  TaskStep,
  'id' | 'name' | 'role' | 'escalate_to' | 'instruction' | 'is_start' | 'is_end'
> &
  Partial<Pick<TaskStep, 'state' | 'entered_at' | 'left_at' | 'performer'>> & {
    kind: StepKind;
    /** The step's part of the whole time, 0 to 1. */
    share?: number | string;
    /** How the step differs from another version. */
    mark?: 'added' | 'removed' | 'changed';
  };

export type GraphEdge = Pick<Workflow<'TaskGraphEdgeOut'>, 'id' | 'name' | 'from_step' | 'to_step'> & {
  outcome: Outcome;
  requires_comment?: boolean;
  taken?: boolean;
  /** How the transition differs from another version. */
  mark?: 'added' | 'removed' | 'changed';
};

export interface Graph {
  steps: GraphStep[];
  transitions: GraphEdge[];
}

export const workflowKeys = { all: ['workflows'] as const, lists: ['workflows', 'list'] as const };

export const WORKFLOW_PAGE_SIZE = 25;

export interface WorkflowParams {
  search?: string;
  status?: string;
  is_archived?: boolean;
  page: number;
}

export const workflowListQuery = ({ search, status, is_archived, page }: WorkflowParams) =>
  queryOptions({
    queryKey: [...workflowKeys.lists, { search, status, is_archived, page }],
    queryFn: ({ signal }) =>
      getData<Page<WorkflowRow>>('/workflow/workflows/', {
        params: {
          search: search || undefined,
          status: status || undefined,
          is_archived: is_archived || undefined,
          page,
          page_size: WORKFLOW_PAGE_SIZE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

type Served = 'department' | 'category' | 'sub_category';

/** What workflows say that they serve, as far as it fits what is typed. */
export const servedQuery = (field: Served, text: string) =>
  queryOptions({
    queryKey: [...workflowKeys.lists, 'served', field, text],
    queryFn: async ({ signal }) => {
      const params = { search: text || undefined, page_size: 100 };
      const { results } = await getData<Page<WorkflowRow>>('/workflow/workflows/', { params, signal });
      return [...new Set(results.map((each) => each[field]).filter(Boolean))];
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'detail', id],
    queryFn: ({ signal }) => getData<WorkflowRow>(`/workflow/workflows/${id}/`, { signal }),
  });

export const workflowGraphQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'graph', id],
    queryFn: ({ signal }) => getData<Graph>(`/workflow/workflows/${id}/graph/`, { signal }),
  });
