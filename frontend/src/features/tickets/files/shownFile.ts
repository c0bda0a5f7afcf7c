import { queryOptions } from '@tanstack/react-query';
import { authorName, type Comment, fetchAttachment } from '@/api/comments';
import { fetchTicketFile, type TicketDetail } from '@/api/tickets';
import { atMost } from '@/lib/atMost';

/** A file of a ticket, wherever it belongs to. */
export interface ShownFile {
  /** Its own among all files of the ticket. */
  key: string;
  file_name: string;
  content_type: string;
  size: number;
  /** Where it is, if another help desk has it. */
  url?: string | null;
  /** When the retention rule removed it, and after how many days. */
  removed_at?: string | null;
  removed_after_days?: number | null;
  /** Whose it is, and since when; null where nobody knows. */
  author: string | null;
  at: string;
  fetch: () => Promise<Blob>;
}

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Pictures that most browsers cannot show. */
const FOREIGN_PICTURES = new Set(['image/heic', 'image/tiff']);

export type FileKind = 'picture' | 'pdf' | 'foreign' | 'other';

export function kindOf({ content_type }: Pick<ShownFile, 'content_type'>): FileKind {
  if (PICTURES.has(content_type)) return 'picture';
  if (content_type === 'application/pdf') return 'pdf';
  return FOREIGN_PICTURES.has(content_type) ? 'foreign' : 'other';
}

/** A file of another help desk stays there; only our own is fetched with this person's token. */
export const isElsewhere = (file: ShownFile) => /^https?:/.test(file.url ?? '');

export const isViewable = (file: ShownFile) =>
  kindOf(file) !== 'other' && !isElsewhere(file) && !file.removed_at;

export function filesOfTicket(ticket: TicketDetail): ShownFile[] {
  return ticket.attachments.map((file) => ({
    ...file,
    key: `ticket-${file.id}`,
    author: ticket.requester?.name || ticket.requester?.email || null,
    at: ticket.submitted_at ?? ticket.received_at,
    fetch: () => fetchTicketFile(file),
  }));
}

export function filesOfComment(comment: Comment): ShownFile[] {
  return comment.attachments.map((file) => ({
    ...file,
    key: `comment-${comment.id}-${file.id}`,
    author: file.uploaded_by?.full_name || authorName(comment) || null,
    at: file.created_at,
    fetch: () => fetchAttachment(file.id),
  }));
}

export const filesKey = (ticketNumber: string) => ['files', ticketNumber] as const;

const inTurn = atMost(3);

/** What is in a file. It never changes, and is forgotten soon after nobody looks at it any more. */
export const fileQuery = (ticketNumber: string, file: ShownFile) =>
  queryOptions({
    queryKey: [...filesKey(ticketNumber), file.key],
    queryFn: () => inTurn(file.fetch),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
