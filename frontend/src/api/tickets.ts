import { queryOptions } from '@tanstack/react-query';
import { http } from './client';
import type { NamedRef, Priority, TaskStatus } from './types';

export interface TicketAttachment {
  id: string | number;
  file_name: string;
  content_type: string;
  size: number;
  url: string | null;
}

export interface TicketDetail {
  id: number;
  ticket_number: string;
  subject: string;
  description: string;
  category: string;
  sub_category: string;
  department: string;
  priority: Priority;
  source_service: string;
  requester: { name: string; email: string; id?: string } | null;
  attachments: TicketAttachment[];
  fields: Record<string, unknown>;
  intake_state: string;
  unmatched_reason: string;
  submitted_at: string | null;
  received_at: string;
  task: { id: number; status: TaskStatus; workflow: NamedRef } | null;
}

export const ticketKeys = { one: (number: string) => ['tickets', number] as const };

export const ticketQuery = (number: string) =>
  queryOptions({
    queryKey: ticketKeys.one(number),
    queryFn: async ({ signal }) =>
      (await http.get<TicketDetail>(`/workflow/tickets/${encodeURIComponent(number)}/`, { signal })).data,
  });

export async function fetchTicketFile(attachment: TicketAttachment): Promise<Blob> {
  return (await http.get(`/ticket/attachments/${attachment.id}/`, { responseType: 'blob' })).data;
}
