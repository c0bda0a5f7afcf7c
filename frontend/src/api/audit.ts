import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { csvFile } from '@/lib/saveBlob';
import { getData, http, type Page } from './client';
import type { Workflow } from './types';

export type AuditRow = Workflow<'AuditLogOut'>;

export interface AuditFilters {
  ticket_number?: string;
  actor_id?: string;
  action?: string;
  object_type?: string;
  object_id?: string;
  request_id?: string;
  at_after?: string;
  at_before?: string;
}

export type Verification = Workflow<'VerificationOut'>;

const given = (filters: object) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '' && value !== undefined));

export const auditListQuery = (filters: AuditFilters, page: number, pageSize: number) =>
  queryOptions({
    queryKey: ['audit', filters, page],
    queryFn: ({ signal }) =>
      getData<Page<AuditRow>>('/workflow/audit/', {
        params: { ...given(filters), page, page_size: pageSize },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export async function exportAudit(filters: AuditFilters): Promise<Blob> {
  const answer = await http.get<string>('/workflow/audit/export/', {
    params: given(filters),
    responseType: 'text',
    timeout: 300_000,
  });
  return csvFile(answer.data);
}

/** Check the whole chain, a stretch at a time; `onProgress` hears how far it is. */
export async function verifyAudit(onProgress: (checked: number) => void): Promise<Verification> {
  let checked = 0;
  let after_id = 0;
  for (;;) {
    const { data } = await http.get<Verification>('/workflow/audit/verify/', {
      params: { after_id },
      timeout: 120_000,
    });
    checked += data.checked;
    onProgress(checked);
    if (!data.valid || data.is_complete || data.last_id <= after_id) return { ...data, checked };
    after_id = data.last_id;
  }
}
