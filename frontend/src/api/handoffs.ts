import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, type Page } from './client';

export const SYSTEMS = ['ams', 'bms'] as const;
export type HandoffSystem = (typeof SYSTEMS)[number];
export const HANDOFF_STATUSES = ['queued', 'sent', 'acknowledged', 'failed', 'waived'] as const;
export type HandoffStatus = (typeof HANDOFF_STATUSES)[number];

export interface Checkout {
  id: number;
  task_id: number;
  ticket_number: string;
  idempotency_key: string;
  payload: Record<string, unknown>;
  status: HandoffStatus;
  attempts: number;
  next_attempt_at: string | null;
  last_error: string;
  external_reference: string;
  waived_reason: string;
  waived_by_id: number | null;
  created_at: string;
  sent_at: string | null;
  acknowledged_at: string | null;
}

export const handoffKeys = { all: ['handoffs'] as const };

export const checkoutListQuery = (
  system: HandoffSystem,
  params: { status?: string; search?: string; page: number; page_size: number },
) =>
  queryOptions({
    queryKey: [...handoffKeys.all, system, params],
    queryFn: async ({ signal }) =>
      (
        await http.get<Page<Checkout>>(`/workflow/${system}/checkouts/`, {
          params: { ...params, status: params.status || undefined, search: params.search || undefined },
          signal,
        })
      ).data,
    placeholderData: keepPreviousData,
  });

export type HandoffVerb = 'retry' | 'waive' | 'acknowledge';

export async function actOnCheckout(input: {
  system: HandoffSystem;
  id: number;
  verb: HandoffVerb;
  body?: { reason?: string; reference?: string };
}): Promise<Checkout> {
  return (await http.post(`/workflow/${input.system}/checkouts/${input.id}/${input.verb}/`, input.body ?? {}))
    .data;
}
