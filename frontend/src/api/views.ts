import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';
import type { Workflow, WorkflowInput } from './types';

/** A named way of looking at a list; its query is that of the address. */
export type SavedView = Workflow<'SavedViewDocument'>;

export const viewKeys = { all: ['views'] as const };

export const savedViewsQuery = (page: string) =>
  queryOptions({
    queryKey: [...viewKeys.all, page],
    queryFn: async ({ signal }) => allPages<SavedView>('/workflow/views/', { for_page: page }, signal),
    staleTime: 60_000,
  });

export async function saveView(input: WorkflowInput<'SavedViewDocumentRequest'>): Promise<SavedView> {
  return (await http.post('/workflow/views/', input)).data;
}

export async function deleteView(id: number): Promise<void> {
  await http.delete(`/workflow/views/${id}/`);
}
