import { queryOptions } from '@tanstack/react-query';
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
};

export interface Graph {
  steps: GraphStep[];
  transitions: GraphEdge[];
}

export const workflowKeys = { all: ['workflows'] as const };

export const workflowListQuery = () =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'list'],
    queryFn: ({ signal }) =>
      getData<Page<WorkflowRow>>('/workflow/workflows/', { params: { page_size: 100 }, signal }),
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
