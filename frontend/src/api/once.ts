import { makeClientId } from '@/lib/clientId';
import { http } from './client';
import { toProblem } from './problem';

/** Keys of requests whose answers did not come, by what was sent. */
export type Keys = Map<string, string>;

/**
 * Posts under an `Idempotency-Key`, once more where no answer came or the server failed: it is done once, whichever
 * of the two arrived. With `keys` the same body goes out under the same key until there is an answer.
 */
export async function postOnce<T>(url: string, body: unknown, keys?: Keys): Promise<T> {
  const name = JSON.stringify([url, body]);
  const key = keys?.get(name) ?? makeClientId();
  keys?.set(name, key);
  const send = async () => {
    const answer = await http.post<T>(url, body, { timeout: 60_000, headers: { 'Idempotency-Key': key } });
    keys?.delete(name);
    return answer.data;
  };
  try {
    return await send();
  } catch (error) {
    if (isRefusal(error)) throw error;
    return send();
  }
}

/** Whether the server has answered that it does not do it: then nothing was done. */
export function isRefusal(error: unknown): boolean {
  const { status } = toProblem(error);
  return status >= 400 && status < 500;
}

interface NotDone {
  task_id: number;
  ok: boolean;
  status: number;
  error: { code: string; detail: string; attr: null };
}

/**
 * Acts on tasks in as many requests as it takes. Those of a request that fails count as failed, and the others go
 * on. Throws only where the first request fails; then the caller may send the same again.
 */
export async function inChunks<Task extends { task_id: number }, Result>(
  tasks: Task[],
  size: number,
  send: (part: Task[]) => Promise<Result[]>,
  told: { onResults?: (results: (Result | NotDone)[]) => void; failure?: (error: unknown) => string } = {},
): Promise<(Result | NotDone)[]> {
  const results: (Result | NotDone)[] = [];
  for (let start = 0; start < tasks.length; start += size) {
    const part = tasks.slice(start, start + size);
    let found: (Result | NotDone)[];
    try {
      found = await send(part);
    } catch (error) {
      if (start === 0) throw error;
      const { status } = toProblem(error);
      const detail = told.failure?.(error) ?? '';
      found = part.map(({ task_id }) => ({
        task_id,
        ok: false,
        status,
        error: { code: 'not_sent', detail, attr: null },
      }));
    }
    results.push(...found);
    told.onResults?.(found);
  }
  return results;
}
