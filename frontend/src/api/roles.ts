import { queryOptions } from '@tanstack/react-query';
import { getData, type Page } from './client';
import type { Workflow } from './types';

export type Role = Workflow<'RoleOut'>;

export const roleListQuery = () =>
  queryOptions({
    queryKey: ['roles'],
    queryFn: async ({ signal }) =>
      (await getData<Page<Role>>('/workflow/roles/', { params: { page_size: 100 }, signal })).results,
    staleTime: 60_000,
  });
