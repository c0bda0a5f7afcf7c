import { queryOptions } from '@tanstack/react-query';
import { http } from './client';
import { inChunks, type Keys, postOnce } from './once';
import type { Workflow, WorkflowInput } from './types';
import { workflowKeys } from './workflows';

/** Running tickets of an older version on their way to another one. */

export type MigrationPreview = Workflow<'MigratePreviewOut'>;
export type MigrationResult = WorkflowInput<'MigrateResultOut'>;
export type MigrationTask = WorkflowInput<'MigrateTaskInRequest'>;

export interface Versions {
  from_version: number;
  to_version: number;
}
export type StepPair = WorkflowInput<'StepPairInRequest'>;

const CHUNK = 20;

/** What moving all of them would do: the server answers a page of tickets at a time. */
export const migrationPreviewQuery = (id: string, versions: Versions, mapping: StepPair[]) =>
  queryOptions({
    queryKey: [...workflowKeys.all, 'migration', id, versions, mapping],
    queryFn: async ({ signal }) => {
      const tasks: MigrationPreview['tasks'] = [];
      let whole: MigrationPreview | undefined;
      let after: number | null = 0;
      while (after !== null) {
        const { data }: { data: MigrationPreview } = await http.post(
          `/workflow/workflows/${id}/migrate/preview/`,
          { ...versions, mapping, after },
          { signal, timeout: 60_000 },
        );
        tasks.push(...data.tasks);
        whole = { ...data, tasks };
        after = data.next_after;
      }
      return whole as MigrationPreview;
    },
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

/** Move the tickets in small requests, see `inChunks`; `onResults` gets what became of those done so far. */
export async function migrateTasks(
  id: string,
  body: Versions & { mapping: StepPair[]; reason: string },
  tasks: MigrationTask[],
  told: { keys: Keys; onResults: (results: MigrationResult[]) => void; failure: (error: unknown) => string },
): Promise<void> {
  await inChunks(
    tasks,
    CHUNK,
    async (part): Promise<MigrationResult[]> => {
      const url = `/workflow/workflows/${id}/migrate/tasks/`;
      return (await postOnce<{ results: MigrationResult[] }>(url, { ...body, tasks: part }, told.keys))
        .results;
    },
    told,
  );
}
