import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';

/** A named way of looking at a list; its query is that of the address. */
export interface SavedView {
  id: number;
  name: string;
  page: string;
  query: Record<string, string>;
  columns: string[];
  is_shared: boolean;
  is_mine: boolean;
  owner_name: string;
}

export const viewKeys = { all: ['views'] as const };

export const savedViewsQuery = (page: string) =>
  queryOptions({
    queryKey: [...viewKeys.all, page],
    queryFn: async ({ signal }) => allPages<SavedView>('/workflow/views/', {}, signal),
    select: (views: SavedView[]) => views.filter((view) => view.page === page),
    staleTime: 60_000,
  });

export async function saveView(input: {
  name: string;
  page: string;
  query: Record<string, string>;
  columns: string[];
  is_shared: boolean;
}): Promise<SavedView> {
  return (await http.post('/workflow/views/', input)).data;
}

export async function deleteView(id: number): Promise<void> {
  await http.delete(`/workflow/views/${id}/`);
}
