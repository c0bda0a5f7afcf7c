import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';
import type { Workflow } from './types';

/** Messages that the workflow service rejected, with the reason that a broker can't keep. */
export type DeadLetter = Workflow<'DeadLetterOut'>;

export const DEAD_LETTER_PAGE_SIZE = 25;
export const deadLettersKey = ['dead-letters'] as const;

const ROOT = '/workflow/dead-letters/';

export const deadLettersQuery = (params: { search: string; isResolved: boolean; page: number }) =>
  queryOptions({
    queryKey: [...deadLettersKey, params],
    queryFn: async ({ signal }) => {
      const answer = await http.get<Page<DeadLetter>>(ROOT, {
        params: {
          is_resolved: params.isResolved,
          search: params.search || undefined,
          page: params.page,
          page_size: DEAD_LETTER_PAGE_SIZE,
        },
        signal,
      });
      return answer.data;
    },
    placeholderData: keepPreviousData,
  });

export async function replayDeadLetter(id: number): Promise<DeadLetter> {
  return (await http.post(`${ROOT}${id}/replay/`)).data;
}

export async function dismissDeadLetter(id: number, reason: string): Promise<DeadLetter> {
  return (await http.post(`${ROOT}${id}/dismiss/`, { reason })).data;
}
