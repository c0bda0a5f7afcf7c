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

export async function fetchTicketFile(attachment: TicketAttachment): Promise<Blob> {
  return (await http.get(`/ticket/attachments/${attachment.id}/`, { responseType: 'blob' })).data;
}
