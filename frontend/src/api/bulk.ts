import { http } from './client';
import type { Workflow, WorkflowInput } from './types';

export const BULK_ACTIONS = [
  'claim',
  'release',
  'hold',
  'resume',
  'escalate',
  'priority',
  'transfer',
] as const satisfies BulkAction[];
export type BulkAction = Workflow<'ActionEnum'>;

export type BulkInput = WorkflowInput<'BulkInRequest'>;

export type BulkResult = WorkflowInput<'BulkResultOut'>;

export async function actOnMany(input: BulkInput): Promise<BulkResult[]> {
  const answer = await http.post<{ results: BulkResult[] }>('/workflow/tasks/bulk/', input, {
    timeout: 60_000,
  });
  return answer.data.results;
}
