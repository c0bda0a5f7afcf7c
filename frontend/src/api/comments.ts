import { queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, type Page } from './client';
import type { Messaging, Visibility } from './types';

export type CommentAttachment = Messaging<'AttachmentOut'>;

export type Rating = Messaging<'RatingValueEnum'>;

export type Comment = Messaging<'CommentOut'>;

/** Whose words they are; undefined where nobody is known any more. */
export const authorName = (comment: Comment) => (comment.author ?? comment.outside_author)?.full_name;

export const commentsKey = (ticketNumber: string) => ['comments', ticketNumber] as const;

/** The newest part of a conversation, oldest first. */
export interface Talk {
  comments: Comment[];
  /** There is more before it. */
  hasEarlier: boolean;
}

export const inOrder = (a: Comment, b: Comment) =>
  Date.parse(a.created_at) - Date.parse(b.created_at) || a.id - b.id;

export const TALK_PAGE_SIZE = 100;

/** One page of a conversation; the first is the newest. */
export async function fetchTalk(ticketNumber: string, page: number, signal?: AbortSignal): Promise<Talk> {
  const { results, next } = await getData<Page<Comment>>('/messaging/comments/', {
    params: { ticket_id: ticketNumber, ordering: '-id', page, page_size: TALK_PAGE_SIZE },
    signal,
  });
  return { comments: results.sort(inOrder), hasEarlier: next !== null };
}

export const commentsQuery = (ticketNumber: string) =>
  queryOptions({
    queryKey: commentsKey(ticketNumber),
    queryFn: ({ signal }) => fetchTalk(ticketNumber, 1, signal),
    // The socket keeps it fresh; without a socket the hook refetches by itself.
    staleTime: 30_000,
  });

export interface NewComment {
  text: string;
  visibility: Visibility;
  client_id: string;
  parent_id: number | null;
  mentions: number[];
  uploads: number[];
}

export async function postComment(ticketNumber: string, input: NewComment): Promise<Comment> {
  const { parent_id, ...rest } = input;
  if (parent_id !== null) {
    return (await http.post(`/messaging/comments/${parent_id}/replies/`, rest)).data;
  }
  return (
    await http.post(
      '/messaging/comments/',
      { ...rest, ticket_id: ticketNumber },
      { params: { ticket_id: ticketNumber } },
    )
  ).data;
}

export async function editComment(commentId: number, text: string, mentions: number[]): Promise<Comment> {
  return (await http.patch(`/messaging/comments/${commentId}/`, { text, mentions })).data;
}

export async function deleteComment(commentId: number): Promise<void> {
  await http.delete(`/messaging/comments/${commentId}/`);
}

export async function rateComment(commentId: number, value: Rating | null): Promise<void> {
  if (value === null) await http.delete(`/messaging/comments/${commentId}/rating/`);
  else await http.put(`/messaging/comments/${commentId}/rating/`, { value });
}

/** A file that is on the server and that no comment names yet. */
export type UploadedFile = Pick<Messaging<'UploadOut'>, 'id' | 'file_name' | 'size' | 'expires_at'>;

/** Upload a file for a comment that is still being written. Only its uploader can read it until then. */
export async function uploadFile(
  ticketNumber: string,
  file: File,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: number) => void },
): Promise<UploadedFile> {
  const form = new FormData();
  form.append('file', file);
  const { data } = await http.post<Messaging<'UploadOut'>>(
    `/messaging/tickets/${ticketNumber}/uploads/`,
    form,
    { timeout: 120_000, signal, onUploadProgress: ({ progress }) => onProgress(progress ?? 0) },
  );
  const { id, file_name, size, expires_at } = data;
  return { id, file_name, size, expires_at };
}

export async function deleteUpload(uploadId: number): Promise<void> {
  await http.delete(`/messaging/uploads/${uploadId}/`);
}

export async function fetchAttachment(attachmentId: number): Promise<Blob> {
  return (await http.get(`/messaging/attachments/${attachmentId}/`, { responseType: 'blob' })).data;
}

export type Participant = Messaging<'ParticipantOut'>;

/** Everyone who may read the ticket now, and so may be mentioned. */
export const participantsQuery = (ticketNumber: string) =>
  queryOptions({
    queryKey: ['comments', ticketNumber, 'participants'],
    queryFn: ({ signal }) =>
      getData<Participant[]>(`/messaging/tickets/${ticketNumber}/participants/`, { signal }),
    staleTime: 60_000,
  });

export type Revision = Messaging<'RevisionOut'>;

export const historyQuery = (commentId: number) =>
  queryOptions({
    queryKey: ['comment-history', commentId],
    queryFn: ({ signal }) => allPages<Revision>(`/messaging/comments/${commentId}/history/`, {}, signal),
    staleTime: 0,
  });

export type ReadState = Messaging<'ReadStateOut'>;

export async function fetchReadState(ticketNumber: string): Promise<ReadState> {
  return (await http.get<ReadState>(`/messaging/tickets/${ticketNumber}/read-state/`)).data;
}

export async function rememberRead(ticketNumber: string, seq: number): Promise<void> {
  await http.put(`/messaging/tickets/${ticketNumber}/read-state/`, { seq });
}

export type FileKinds = Messaging<'KindsOut'>;

/** Which files the server takes; asked for with the first file that is chosen. */
export const fileKindsQuery = () =>
  queryOptions({
    queryKey: ['file-kinds'],
    queryFn: ({ signal }) => getData<FileKinds>('/messaging/attachments/kinds/', { signal }),
    staleTime: 60 * 60_000,
  });
