import { queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';
import type { Outcome, Person } from './types';

export type WorkflowStatus = 'draft' | 'initialized' | 'deployed' | 'paused';

export interface WorkflowRow {
  id: number;
  name: string;
  description?: string;
  status: WorkflowStatus;
  category: string;
  sub_category: string;
  department: string;
  is_default: boolean;
  end_logic: 'notification' | 'asset' | 'budget';
  current_version: number | null;
  has_undeployed_changes: boolean;
  low_sla: number | null;
  medium_sla: number | null;
  high_sla: number | null;
  urgent_sla: number | null;
  running_tasks: number;
  updated_at: string;
}

export interface GraphStep {
  id: number;
  name: string;
  kind: 'action' | 'review' | 'approval';
  role: string | null;
  escalate_to: string | null;
  /** The step's part of the whole time, 0 to 1. */
  share?: number | string;
  instruction: string;
  is_start: boolean;
  is_end: boolean;
  state?: 'done' | 'current' | 'next' | 'ahead';
  entered_at?: string | null;
  left_at?: string | null;
  performer?: Person | null;
  /** How the step differs from another version. */
  mark?: 'added' | 'removed' | 'changed';
}

export interface GraphEdge {
  id: number;
  name: string;
  outcome: Outcome;
  requires_comment?: boolean;
  from_step: number;
  to_step: number;
  taken?: boolean;
}

export interface Graph {
  steps: GraphStep[];
  transitions: GraphEdge[];
}

export const workflowKeys = { all: ['workflows'] as const };

export const workflowListQuery = () =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'list'],
    queryFn: async ({ signal }) =>
      (await http.get<Page<WorkflowRow>>('/workflow/workflows/', { params: { page_size: 100 }, signal }))
        .data,
    staleTime: 60_000,
  });

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'detail', id],
    queryFn: async ({ signal }) =>
      (await http.get<WorkflowRow>(`/workflow/workflows/${id}/`, { signal })).data,
  });

export const workflowGraphQuery = (id: string) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'graph', id],
    queryFn: async ({ signal }) =>
      (await http.get<Graph>(`/workflow/workflows/${id}/graph/`, { signal })).data,
  });
