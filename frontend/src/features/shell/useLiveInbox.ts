import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { localTarget, notificationKeys } from '@/api/notifications';
import { remindersKey } from '@/api/reminders';
import { LiveSocket, type SocketState } from '@/api/sockets';
import { taskKeys } from '@/api/tasks';
import { showToast } from '@/components/ui/toast';

const SETTLE_MS = 150;

/** Hints from the person's own socket make lists and the bell ask again; the answers stay the only truth. */
export function useLiveInbox(): SocketState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<SocketState>('connecting');

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasOpen = false;
    // A burst of events is one refetch.
    const refetchLists = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void queryClient.invalidateQueries({ queryKey: taskKeys.lists });
        void queryClient.invalidateQueries({ queryKey: taskKeys.counts });
      }, SETTLE_MS);
    };
    const socket = new LiveSocket('inbox', {
      onState: setState,
      onReady: () => {
        // Whatever happened while the line was down was not told.
        if (wasOpen) {
          refetchLists();
          void queryClient.invalidateQueries({ queryKey: notificationKeys.all });
        }
        wasOpen = true;
      },
      onFrame: (frame) => {
        if (frame.type === 'inbox_update') {
          if (typeof frame.unread_count === 'number') {
            queryClient.setQueryData(notificationKeys.unread, frame.unread_count);
          }
          void queryClient.invalidateQueries({ queryKey: notificationKeys.list });
          void queryClient.invalidateQueries({ queryKey: notificationKeys.pages });
          void queryClient.invalidateQueries({ queryKey: remindersKey });
          if (frame.notification?.subject && document.visibilityState === 'visible') {
            const target = localTarget(frame.notification.link ?? null) ?? '/notifications';
            // Nothing is announced that is on the screen already.
            if (window.location.pathname !== target.split('?')[0]) {
              showToast('info', frame.notification.subject, target);
            }
          }
          refetchLists();
        } else if (frame.type === 'tasks_changed') refetchLists();
      },
    });
    return () => {
      clearTimeout(timer);
      socket.close();
    };
  }, [queryClient]);

  return state;
}
