import { queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';
import type { Person } from './types';

export interface Role {
  id: number;
  name: string;
  members: Person[];
}

export const roleListQuery = () =>
  queryOptions({
    queryKey: ['roles'],
    queryFn: async ({ signal }) =>
      (await http.get<Page<Role>>('/workflow/roles/', { params: { page_size: 100 }, signal })).data.results,
    staleTime: 60_000,
  });
