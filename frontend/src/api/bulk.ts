import { http } from './client';
import type { Priority } from './types';

export const BULK_ACTIONS = [
  'claim',
  'release',
  'hold',
  'resume',
  'escalate',
  'priority',
  'transfer',
] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

export interface BulkInput {
  action: BulkAction;
  task_ids: number[];
  reason?: string;
  priority?: Priority;
  to_user_id?: number;
}

export interface BulkResult {
  task_id: number;
  ok: boolean;
  status: number;
  version?: number;
  error?: { code: string; detail: string; attr: string | null };
}

export async function actOnMany(input: BulkInput): Promise<BulkResult[]> {
  const answer = await http.post<{ results: BulkResult[] }>('/workflow/tasks/bulk/', input, {
    timeout: 60_000,
  });
  return answer.data.results;
}
