import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { markAllRead, notificationKeys, unreadCountQuery } from '@/api/notifications';

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** Whoever looks at a ticket has been told of it: its notifications are read, also those that come meanwhile. */
export function useReadHere(ticketNumber: string): void {
  const queryClient = useQueryClient();
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
  const { data: unread = 0 } = useQuery(unreadCountQuery());
  useEffect(() => {
    if (!isVisible || unread === 0) return;
    markAllRead({ ticket_number: ticketNumber })
      .then(() => queryClient.invalidateQueries({ queryKey: notificationKeys.all }))
      // The bell still tells of them; the next change of the count tries again.
      .catch(() => {});
  }, [ticketNumber, isVisible, unread, queryClient]);
}
