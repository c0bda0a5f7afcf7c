import { queryOptions } from '@tanstack/react-query';
import { getData, http } from './client';
import type { Workflow } from './types';

export interface TicketAttachment {
  id: string | number;
  file_name: string;
  content_type: string;
  size: number;
  url: string | null;
}

/** The schema leaves files and requester open. */
export type TicketDetail = Omit<Workflow<'TicketOut'>, 'attachments' | 'requester'> & {
  requester: { name: string; email: string; id?: string } | null;
  attachments: TicketAttachment[];
};

export const ticketKeys = { one: (number: string) => ['tickets', number] as const };

export const ticketQuery = (number: string) =>
  queryOptions({
    queryKey: ticketKeys.one(number),
    queryFn: ({ signal }) =>
      getData<TicketDetail>(`/workflow/tickets/${encodeURIComponent(number)}/`, { signal }),
  });

/** A ticket that came by mail names where its file is at this origin; the help desk's are known by their number. */
export async function fetchTicketFile(attachment: TicketAttachment): Promise<Blob> {
  const ofMail = /^\/api(\/notification\/api\/v1\/ticket-files\/\d+\/)$/.exec(attachment.url ?? '');
  const path = ofMail?.[1] ?? `/ticket/attachments/${attachment.id}/`;
  return (await http.get(path, { responseType: 'blob' })).data;
}
