import type { QueryClient } from '@tanstack/react-query';
import type { Frame } from '@/api/sockets';
import { type TaskDetail, type Timeline, taskKeys } from '@/api/tasks';
import { type TicketDetail, ticketKeys } from '@/api/tickets';

const LOOK_AFTER_MS = 80;

/**
 * Asks for a ticket and its task again after the events that a socket brings. Events that the answers shown know of,
 * as those of one's own act and those replayed at opening, ask for nothing; many at once ask once.
 */
export function taskRefresher(queryClient: QueryClient, ticketNumber: string) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When the newest events were, in milliseconds: of all, and of those that changed the ticket itself. */
  let newest = { any: 0, ticket: 0 };

  const look = () => {
    const ticketKey = ticketKeys.one(ticketNumber);
    const ticket = queryClient.getQueryData<TicketDetail>(ticketKey);
    const taskId = ticket?.task?.id ?? 0;
    const parts = taskKeys.parts(taskId);
    // What is on its way may know it already.
    if (queryClient.isFetching({ queryKey: ticketKey }) + queryClient.isFetching({ queryKey: parts }) > 0) {
      timer = setTimeout(look, LOOK_AFTER_MS);
      return;
    }
    const task = queryClient.getQueryData<TaskDetail>(taskKeys.part(taskId, 'detail'));
    const timeline = queryClient.getQueryData<Timeline>(taskKeys.part(taskId, 'timeline'));
    const last = timeline?.events.at(-1)?.at;
    const isKnown =
      newest.any <= Date.parse(task?.updated_at ?? '') &&
      newest.any <= (timeline ? Date.parse(last ?? '') : Number.POSITIVE_INFINITY) &&
      newest.ticket <= Date.parse(ticket?.updated_at ?? '');
    newest = { any: 0, ticket: 0 };
    if (isKnown) return;
    void queryClient.invalidateQueries({ queryKey: taskKeys.all });
    void queryClient.invalidateQueries({ queryKey: ticketKey });
  };

  return {
    hear: ({ event, occurred_at }: Frame) => {
      const moment = Date.parse(occurred_at);
      // One without a time is newer than anything.
      const at = Number.isNaN(moment) ? Number.POSITIVE_INFINITY : moment;
      newest = {
        any: Math.max(newest.any, at),
        ticket: event === 'ticket_updated' ? Math.max(newest.ticket, at) : newest.ticket,
      };
      clearTimeout(timer);
      timer = setTimeout(look, LOOK_AFTER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
