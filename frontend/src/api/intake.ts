import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { TicketDetail } from './tickets';
import type { Workflow } from './types';
import type { WorkflowStatus } from './workflows';

export const VERDICTS = [
  'accepted',
  'duplicate',
  'updated',
  'stale',
  'unmatched',
  'cancelled',
  'invalid',
  'unreadable',
] as const;
export type Verdict = Workflow<'VerdictEnum'>;

/** One message as it came in, and what became of it. */
export type IntakeRow = Workflow<'IntakeRowOut'>;

/** The schema leaves the content of a message open. */
export type IntakeDetail = Omit<Workflow<'IntakeOut'>, 'headers' | 'body'> & {
  headers: Record<string, unknown>;
  body: Record<string, unknown> | null;
};

export interface Candidate {
  workflow_id: number;
  name: string;
  status: WorkflowStatus;
  why: string;
}

export type UnmatchedTicket = Omit<Workflow<'TicketRowOut'>, 'unmatched_detail'> & {
  unmatched_detail: Candidate[] | null;
};

export interface IntakeParams {
  verdict?: string;
  search?: string;
  page?: number;
  page_size?: number;
}

export const intakeKeys = { all: ['intake'] as const, unmatched: ['tickets', 'unmatched'] as const };

const given = (params: object) =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== '' && value !== undefined));

export const intakeListQuery = (params: IntakeParams) =>
  queryOptions({
    queryKey: [...intakeKeys.all, 'list', params],
    queryFn: ({ signal }) => getData<Page<IntakeRow>>('/workflow/intake/', { params: given(params), signal }),
    placeholderData: keepPreviousData,
  });

export const intakeQuery = (id: number) =>
  queryOptions({
    queryKey: [...intakeKeys.all, 'one', id],
    queryFn: ({ signal }) => getData<IntakeDetail>(`/workflow/intake/${id}/`, { signal }),
  });

export const unmatchedQuery = (params: { search?: string; page?: number; page_size?: number }) =>
  queryOptions({
    queryKey: [...intakeKeys.unmatched, params],
    queryFn: ({ signal }) =>
      getData<Page<UnmatchedTicket>>('/workflow/tickets/', {
        params: { intake_state: 'unmatched', ...given(params) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export async function replayIntake(input: { id: number; body: object | null }): Promise<IntakeDetail> {
  return (await http.post(`/workflow/intake/${input.id}/replay/`, { body: input.body })).data;
}

export async function rerouteTicket(ticketNumber: string): Promise<TicketDetail> {
  return (await http.post(`/workflow/tickets/${encodeURIComponent(ticketNumber)}/reroute/`)).data;
}
