import { getData } from './client';
import { inChunks, type Keys, postOnce } from './once';
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
  'transition',
  'comment',
] as const satisfies BulkAction[];
export type BulkAction = Workflow<'ActionEnum'>;

export type BulkInput = WorkflowInput<'BulkInRequest'>;

export type BulkResult = WorkflowInput<'BulkResultOut'>;

export type Offer = Workflow<'OfferOut'>;

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

/** The transitions that can be performed on the tasks, by name; those of most tasks first. */
export async function offersFor(taskIds: number[]): Promise<Offer[]> {
  const found = new Map<string, Offer>();
  for (let start = 0; start < taskIds.length; start += CHUNK) {
    const tasks = taskIds.slice(start, start + CHUNK).join(',');
    const { transitions } = await getData<{ transitions: Offer[] }>('/workflow/tasks/offers/', {
      params: { tasks },
    });
    for (const each of transitions) {
      const known = found.get(each.name);
      found.set(each.name, {
        ...each,
        count: each.count + (known?.count ?? 0),
        requires_comment: each.requires_comment || (known?.requires_comment ?? false),
      });
    }
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

/**
 * Acts on tasks in requests of `CHUNK`, and returns what became of each; see `inChunks`. `keys` are the caller's, so
 * that the same act, sent again after an answer was lost, is done once.
 */
export async function actOnMany(
  { task_ids, ...act }: BulkInput,
  {
    keys,
    onProgress,
    failure,
  }: { keys?: Keys; onProgress?: (done: number) => void; failure?: (error: unknown) => string } = {},
): Promise<BulkResult[]> {
  let done = 0;
  return inChunks(
    task_ids.map((task_id) => ({ task_id })),
    CHUNK,
    async (part): Promise<BulkResult[]> => {
      const body = { ...act, task_ids: part.map(({ task_id }) => task_id) };
      return (await postOnce<{ results: BulkResult[] }>('/workflow/tasks/bulk/', body, keys)).results;
    },
    {
      failure,
      onResults: (results) => {
        done += results.length;
        onProgress?.(done);
      },
    },
  );
}
