import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, type Page } from './client';
import type { Messaging, MessagingInput, Workflow } from './types';

export type CannedReply = Messaging<'CannedReplyOut'>;
export type CannedScope = CannedReply['scope'];
export type PlaceholderName = CannedReply['placeholders'][number];

export type NewCannedReply = MessagingInput<'CannedReplyInRequest'>;
type CannedReplyChange = MessagingInput<'PatchedCannedReplyChangeInRequest'> & { version: number };

const URL = '/messaging/canned-replies/';

export const cannedKeys = { all: ['canned-replies'] as const };

export interface CannedReplyFilters {
  search: string;
  scope: string;
  page: number;
  page_size: number;
}

export const cannedListQuery = ({ search, scope, ...pages }: CannedReplyFilters) =>
  queryOptions({
    queryKey: [...cannedKeys.all, 'list', { search, scope, ...pages }],
    queryFn: ({ signal }) =>
      getData<Page<CannedReply>>(URL, {
        params: { ...pages, search: search || undefined, scope: scope || undefined },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** What one is offered while writing. */
export const offeredRepliesQuery = () =>
  queryOptions({
    queryKey: [...cannedKeys.all, 'offered'],
    queryFn: ({ signal }) => allPages<CannedReply>(URL, { offered: true }, signal),
    staleTime: 60_000,
  });

export const cannedReplyQuery = (id: number) =>
  queryOptions({
    queryKey: [...cannedKeys.all, 'one', id],
    queryFn: ({ signal }) => getData<CannedReply>(`${URL}${id}/`, { signal }),
  });

export async function addCannedReply(input: NewCannedReply): Promise<CannedReply> {
  return (await http.post(URL, input)).data;
}

export async function changeCannedReply(id: number, changes: CannedReplyChange): Promise<CannedReply> {
  return (await http.patch(`${URL}${id}/`, changes)).data;
}

export async function deleteCannedReply(id: number): Promise<void> {
  await http.delete(`${URL}${id}/`);
}

export type TeamRole = Pick<Workflow<'RoleOut'>, 'id' | 'name' | 'lead' | 'members'>;

/** The roles that tickets are worked on in, with who leads each. */
export const teamRolesQuery = () =>
  queryOptions({
    queryKey: ['access', 'roles', 'teams'],
    queryFn: ({ signal }) =>
      allPages<TeamRole>('/workflow/roles/', { system: 'tts', is_active: true }, signal),
    staleTime: 60_000,
  });
