import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getData, http, type Page } from './client';
import type { Notifications } from './types';

export type Notification = Notifications<'InAppOut'>;

const ROOT = '/notification/api/v2/notifications/inapp/';

export const notificationKeys = {
  all: ['notifications'] as const,
  unread: ['notifications', 'unread'] as const,
  list: ['notifications', 'list'] as const,
  pages: ['notifications', 'page'] as const,
};

export const unreadCountQuery = () =>
  queryOptions({
    queryKey: notificationKeys.unread,
    queryFn: async ({ signal }) =>
      (await getData<{ unread_count: number }>(`${ROOT}unread-count/`, { signal })).unread_count,
    // The socket is a hint only; a lost hint is made good within the minute.
    refetchInterval: 60_000,
  });

export const notificationListQuery = () =>
  queryOptions({
    queryKey: notificationKeys.list,
    queryFn: ({ signal }) => getData<Page<Notification>>(ROOT, { params: { page_size: 30 }, signal }),
  });

export async function markRead(notificationId: number): Promise<void> {
  await http.post(`${ROOT}${notificationId}/read/`);
}

/** Mark all as read, or only those that the filters match. Returns how many are still unread. */
export async function markAllRead(
  filters: { search?: string; ticket_number?: string } = {},
): Promise<number> {
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
  const { data } = await http.post<{ unread_count: number }>(`${ROOT}read-all/`, undefined, {
    params: given,
  });
  return data.unread_count;
}

export const NOTIFICATION_PAGE_SIZE = 25;

export interface NotificationParams {
  search?: string;
  is_read?: string;
  page?: number;
}

export const notificationPageQuery = (params: NotificationParams) =>
  queryOptions({
    queryKey: [...notificationKeys.pages, params],
    queryFn: async ({ signal }) => {
      const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value));
      return (
        await http.get<Page<Notification>>(ROOT, {
          params: { ...given, page_size: NOTIFICATION_PAGE_SIZE },
          signal,
        })
      ).data;
    },
    placeholderData: keepPreviousData,
  });

export async function dismissNotification(notificationId: number): Promise<void> {
  await http.delete(`${ROOT}${notificationId}/`);
}

/** Links come with the address of the application; only the path is followed, and only within it. */
export function localTarget(link: string | null): string | null {
  if (!link) return null;
  const url = new URL(link, window.location.origin);
  return url.pathname.startsWith('/') ? `${url.pathname}${url.search}` : null;
}
