import { makeClientId } from '@/lib/clientId';
import { getData, http } from './client';
import { toProblem } from './problem';
import { type TaskListParams, toQuery } from './tasks';
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

export type SelectedTask = Workflow<'SelectedTaskOut'>;

/** How many tasks one request acts on: the server's limit. */
export const CHUNK = 100;
/** How many tasks can be selected at once: the server's limit. */
export const MAX_SELECTED = 1000;

/** Every task of the list on all its pages; refused where there are no longer `count`. */
export async function selectAll(params: TaskListParams, count: number): Promise<SelectedTask[]> {
  const { page: _page, page_size: _size, ...filters } = params;
  const answer = await getData<{ tasks: SelectedTask[] }>('/workflow/tasks/selection/', {
    params: { ...toQuery(filters), count },
  });
  return answer.tasks;
}

/**
 * Acts on tasks in as many requests as it takes, and returns what became of each. A request that fails is
 * sent once more under the same key, so that nothing is done twice; then its tasks count as failed, and
 * the others go on. Throws only where the first request is refused, as nothing was done then.
 */
export async function actOnMany(
  input: BulkInput,
  { onProgress, failure }: { onProgress?: (done: number) => void; failure?: (error: unknown) => string } = {},
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (let start = 0; start < input.task_ids.length; start += CHUNK) {
    const chunk = { ...input, task_ids: input.task_ids.slice(start, start + CHUNK) };
    try {
      results.push(...(await sendChunk(chunk)));
    } catch (error) {
      if (start === 0) throw error;
      const { status } = toProblem(error);
      const detail = failure?.(error) ?? '';
      results.push(
        ...chunk.task_ids.map((task_id) => ({
          task_id,
          ok: false,
          status,
          error: { code: 'not_sent', detail, attr: null },
        })),
      );
    }
    onProgress?.(results.length);
  }
  return results;
}

async function sendChunk(input: BulkInput): Promise<BulkResult[]> {
  const key = makeClientId();
  const send = async () =>
    (
      await http.post<{ results: BulkResult[] }>('/workflow/tasks/bulk/', input, {
        timeout: 60_000,
        headers: { 'Idempotency-Key': key },
      })
    ).data.results;
  try {
    return await send();
  } catch (error) {
    const { status, isOffline } = toProblem(error);
    if (isOffline || (status > 0 && status < 500)) throw error;
    return send();
  }
}
