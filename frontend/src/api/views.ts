import { queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { Workflow, WorkflowInput } from './types';

/** A named way of looking at a list; its query is that of the address. */
export type SavedView = Workflow<'SavedViewDocument'>;

export const viewKeys = { all: ['views'] as const };

export const savedViewsQuery = (page: string) =>
  queryOptions({
    queryKey: [...viewKeys.all, page],
    // `page` is the page that a view is for, so the number of a page of results is never sent.
    queryFn: async ({ signal }) =>
      (
        await getData<Page<SavedView>>('/workflow/views/', {
          params: { for_page: page, page_size: 100 },
          signal,
        })
      ).results,
    select: (views: SavedView[]) => views.filter((view) => view.page === page),
    staleTime: 60_000,
  });

export async function saveView(input: WorkflowInput<'SavedViewDocumentRequest'>): Promise<SavedView> {
  return (await http.post('/workflow/views/', input)).data;
}

export async function deleteView(id: number): Promise<void> {
  await http.delete(`/workflow/views/${id}/`);
}
