import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { Workflow } from './types';

export const SYSTEMS = ['ams', 'bms'] as const;
export type HandoffSystem = Workflow<'SystemEnum'>;
export const HANDOFF_STATUSES = ['queued', 'sent', 'acknowledged', 'failed', 'waived'] as const;
export type HandoffStatus = Workflow<'CheckoutOut'>['status'];

export type Checkout = Workflow<'CheckoutOut'>;

export const handoffKeys = { all: ['handoffs'] as const };

export const checkoutListQuery = (
  system: HandoffSystem,
  params: { status?: string; search?: string; is_overdue?: boolean; page: number; page_size: number },
) =>
  queryOptions({
    queryKey: [...handoffKeys.all, system, params],
    queryFn: ({ signal }) =>
      getData<Page<Checkout>>(`/workflow/${system}/checkouts/`, {
        params: {
          ...params,
          status: params.status || undefined,
          search: params.search || undefined,
          is_overdue: params.is_overdue || undefined,
        },
        signal,
      }),
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
