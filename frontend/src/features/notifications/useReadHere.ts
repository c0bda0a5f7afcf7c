import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
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
  // How many of other tickets are unread; only more than that can be of this one.
  const ofOthersRef = useRef(0);
  useEffect(() => {
    if (!isVisible || unread <= ofOthersRef.current) {
      ofOthersRef.current = Math.min(ofOthersRef.current, unread);
      return;
    }
    markAllRead({ ticket_number: ticketNumber })
      .then((left) => {
        ofOthersRef.current = left;
        queryClient.setQueryData(notificationKeys.unread, left);
        void queryClient.invalidateQueries({ queryKey: notificationKeys.list });
        void queryClient.invalidateQueries({ queryKey: notificationKeys.pages });
      })
      // The bell still tells of them; the next change of the count tries again.
      .catch(() => {});
  }, [ticketNumber, isVisible, unread, queryClient]);
}
