import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';
import type { TicketDetail } from './tickets';
import type { Priority } from './types';
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
export type Verdict = (typeof VERDICTS)[number];

/** One message as it came in, and what became of it. */
export interface IntakeRow {
  id: number;
  queue: string;
  message_id: string;
  ticket_number: string;
  ticket_id: number | null;
  verdict: Verdict;
  reason: string;
  rule: string;
  workflow_id: number | null;
  dead_letter_id: number | null;
  replay_of_id: number | null;
  replayed_by_id: number | null;
  request_id: string;
  received_at: string;
}

export interface IntakeDetail extends IntakeRow {
  headers: Record<string, unknown>;
  body: Record<string, unknown> | null;
  raw_body: string;
}

export interface Candidate {
  workflow_id: number;
  name: string;
  status: WorkflowStatus;
  why: string;
}

export interface UnmatchedTicket {
  id: number;
  ticket_number: string;
  subject: string;
  category: string;
  sub_category: string;
  department: string;
  priority: Priority;
  unmatched_reason: string;
  unmatched_detail: Candidate[] | null;
  received_at: string;
}

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
    queryFn: async ({ signal }) =>
      (await http.get<Page<IntakeRow>>('/workflow/intake/', { params: given(params), signal })).data,
    placeholderData: keepPreviousData,
  });

export const intakeQuery = (id: number) =>
  queryOptions({
    queryKey: [...intakeKeys.all, 'one', id],
    queryFn: async ({ signal }) => (await http.get<IntakeDetail>(`/workflow/intake/${id}/`, { signal })).data,
  });

export const unmatchedQuery = (params: { search?: string; page?: number; page_size?: number }) =>
  queryOptions({
    queryKey: [...intakeKeys.unmatched, params],
    queryFn: async ({ signal }) =>
      (
        await http.get<Page<UnmatchedTicket>>('/workflow/tickets/', {
          params: { intake_state: 'unmatched', ...given(params) },
          signal,
        })
      ).data,
    placeholderData: keepPreviousData,
  });

export async function replayIntake(input: { id: number; body: object | null }): Promise<IntakeDetail> {
  return (await http.post(`/workflow/intake/${input.id}/replay/`, { body: input.body })).data;
}

export async function rerouteTicket(ticketNumber: string): Promise<TicketDetail> {
  return (await http.post(`/workflow/tickets/${encodeURIComponent(ticketNumber)}/reroute/`)).data;
}
