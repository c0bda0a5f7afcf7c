import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { Workflow, WorkflowInput } from './types';

/** Messages that the workflow service rejected, with the reason that a broker can't keep. */
export type DeadLetter = Workflow<'DeadLetterOut'>;
export type DeadLetterCount = Workflow<'DeadLetterCountOut'>;
export type Settled = Workflow<'SettledOut'>;

export const DEAD_LETTER_PAGE_SIZE = 25;
export const deadLettersKey = ['dead-letters'] as const;

const ROOT = '/workflow/dead-letters/';

interface Params {
  search: string;
  isResolved: boolean;
  queue: string;
  code: string;
  page: number;
}

export const deadLettersQuery = ({ search, isResolved, queue, code, page }: Params) =>
  queryOptions({
    queryKey: [...deadLettersKey, { search, isResolved, queue, code, page }],
    queryFn: ({ signal }) =>
      getData<Page<DeadLetter>>(ROOT, {
        params: {
          is_resolved: isResolved,
          search: search || undefined,
          queue: queue || undefined,
          code: code || undefined,
          page,
          page_size: DEAD_LETTER_PAGE_SIZE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** How many are open, by queue and reason. */
export const deadLetterCountsQuery = () =>
  queryOptions({
    queryKey: [...deadLettersKey, 'counts'],
    queryFn: ({ signal }) => getData<DeadLetterCount[]>(`${ROOT}counts/`, { signal }),
  });

export async function replayDeadLetter(id: number): Promise<DeadLetter> {
  return (await http.post(`${ROOT}${id}/replay/`)).data;
}

export async function dismissDeadLetter(id: number, reason: string): Promise<DeadLetter> {
  return (await http.post(`${ROOT}${id}/dismiss/`, { reason })).data;
}

/** Several at once; each succeeds or fails by itself. */
export async function settleDeadLetters(input: WorkflowInput<'SettleInRequest'>): Promise<Settled[]> {
  return (await http.post(`${ROOT}settle/`, input)).data.results;
}
