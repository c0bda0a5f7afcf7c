import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { server } from '@/test/server';
import { inChunks, type Keys, postOnce } from './once';

const URL = '/workflow/tasks/bulk/';

/** Answers as told, one after the other, and returns the keys under which requests came. */
function serve(...answers: (() => Response)[]): string[] {
  const keys: string[] = [];
  server.use(
    http.post(`/api${URL}`, ({ request }) => {
      keys.push(request.headers.get('Idempotency-Key') ?? '');
      return (answers.shift() ?? done)();
    }),
  );
  return keys;
}

const done = () => HttpResponse.json({ done: true });
const lost = () => HttpResponse.error();
const broken = () => HttpResponse.json({}, { status: 503 });
const refused = () => HttpResponse.json({}, { status: 409 });

test.each([
  ['lost', lost],
  ['an error of the server', broken],
])('an answer that is %s is asked for once more under the same key', async (_name, first) => {
  const keys = serve(first);
  expect(await postOnce(URL, { a: 1 })).toEqual({ done: true });
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test('a refusal is not sent again', async () => {
  const keys = serve(refused);
  await expect(postOnce(URL, { a: 1 })).rejects.toThrow();
  expect(keys).toHaveLength(1);
});

test('the same body keeps its key until there is an answer', async () => {
  const sent = serve(lost, lost);
  const keys: Keys = new Map();
  await expect(postOnce(URL, { a: 1 }, keys)).rejects.toThrow();
  await postOnce(URL, { a: 1 }, keys);
  await postOnce(URL, { a: 1 }, keys);
  expect(sent).toHaveLength(4);
  expect(new Set(sent.slice(0, 3)).size).toBe(1);
  expect(sent[3]).not.toBe(sent[2]);
});

test('a part that fails stops no other; a first one that fails is the whole', async () => {
  const tasks = [1, 2, 3].map((task_id) => ({ task_id }));
  const told: number[] = [];
  const send = async (part: { task_id: number }[]) => {
    if (part[0]?.task_id === 2) throw new Error('away');
    return part.map(({ task_id }) => ({ task_id, ok: true }));
  };
  const results = await inChunks(tasks, 1, send, {
    onResults: (found) => told.push(found.length),
    failure: () => 'No answer.',
  });
  expect(results).toMatchObject([
    { task_id: 1, ok: true },
    { task_id: 2, ok: false, error: { code: 'not_sent', detail: 'No answer.' } },
    { task_id: 3, ok: true },
  ]);
  expect(told).toEqual([1, 1, 1]);
  await expect(inChunks(tasks.slice(1), 1, send)).rejects.toThrow('away');
});
