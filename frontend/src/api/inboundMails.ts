import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { Notifications } from './types';

/** Mails of the mailbox, what became of each and why; and how the mailbox itself is read. */

export type InboundVerdict = Notifications<'InboundMailVerdict'>;

export type InboundMailRow = Notifications<'InboundMailRow'>;

export type InboundMail = Notifications<'InboundMailOut'>;

export type Mailbox = Notifications<'MailboxOut'>;

export const INBOUND_VERDICTS = [
  'comment',
  'ticket',
  'waiting',
  'ignored',
  'refused',
  'failed',
] as const satisfies InboundVerdict[];

export interface InboundParams {
  verdict?: string[];
  search?: string;
  page?: number;
}

export const INBOUND_PAGE_SIZE = 25;
const MAILS = '/notification/api/v1/inbound-mails/';

export const inboundKeys = { all: ['inbound-mails'] as const };

export const mailboxQuery = () =>
  queryOptions({
    queryKey: [...inboundKeys.all, 'mailbox'],
    queryFn: ({ signal }) => getData<Mailbox>(`${MAILS}mailbox/`, { signal }),
  });

export const inboundMailsQuery = (params: InboundParams) =>
  queryOptions({
    queryKey: [...inboundKeys.all, 'list', params],
    queryFn: async ({ signal }) => {
      const search = new URLSearchParams({ page_size: String(INBOUND_PAGE_SIZE) });
      for (const verdict of params.verdict ?? []) search.append('verdict', verdict);
      if (params.search) search.append('search', params.search);
      if (params.page) search.append('page', String(params.page));
      return (await http.get<Page<InboundMailRow>>(MAILS, { params: search, signal })).data;
    },
    placeholderData: keepPreviousData,
  });

export const inboundMailQuery = (id: number) =>
  queryOptions({
    queryKey: [...inboundKeys.all, 'one', id],
    queryFn: ({ signal }) => getData<InboundMail>(`${MAILS}${id}/`, { signal }),
  });

export async function judgeAgain(id: number): Promise<InboundMail> {
  return (await http.post(`${MAILS}${id}/retry/`)).data;
}
