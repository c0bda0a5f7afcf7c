import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useParams } from 'react-router-dom';
import { commentsKey } from '@/api/comments';
import { toProblem } from '@/api/problem';
import { taskKeys, taskQuery } from '@/api/tasks';
import { ticketKeys, ticketQuery } from '@/api/tickets';
import { ErrorState, PageLoading } from '@/components/ui/States';
import { loadMarkdown } from '@/features/tickets/conversation/markdownCode';
import { filesKey } from '@/features/tickets/files/shownFile';
import { Lost } from '@/features/tickets/Lost';
import { TicketView } from '@/features/tickets/TicketView';
import { useWalk } from '@/features/tickets/useWalk';
import { WalkKeys } from '@/features/tickets/Walk';

export function TicketPage() {
  const { number = '' } = useParams();
  const walk = useWalk(number);
  // A new ticket is a new page: no draft, tab or dialog carries over.
  return (
    <>
      {walk && <WalkKeys walk={walk} />}
      <OneTicket key={number} number={number} />
    </>
  );
}

function OneTicket({ number }: { number: string }) {
  const queryClient = useQueryClient();
  // Beside the requests, so that no comment is seen with its source first.
  useEffect(() => void loadMarkdown(), []);
  const [isLost, setLost] = useState(false);
  const ticket = useQuery({ ...ticketQuery(number), enabled: !isLost });
  const taskId = ticket.data?.task?.id;
  const task = useQuery({ ...taskQuery(taskId ?? 0), enabled: taskId !== undefined && !isLost });

  // Somebody may lose the right to read it while it is open: the conversation is closed, or an answer refuses.
  const isTakenBack = [ticket, task].some((query) => query.data !== undefined && isRefusal(query.error));
  const lose = useCallback(() => setLost(true), []);
  useEffect(() => {
    if (isTakenBack) lose();
  }, [isTakenBack, lose]);
  useEffect(() => {
    if (!isLost) return;
    // After the page below has gone: nothing of the ticket stays in memory, and no list offers it.
    queryClient.removeQueries({ queryKey: ticketKeys.one(number) });
    queryClient.removeQueries({ queryKey: commentsKey(number) });
    queryClient.removeQueries({ queryKey: filesKey(number) });
    if (taskId !== undefined) queryClient.removeQueries({ queryKey: taskKeys.parts(taskId) });
    void queryClient.invalidateQueries({ queryKey: taskKeys.lists });
    void queryClient.invalidateQueries({ queryKey: taskKeys.counts });
  }, [isLost, number, taskId, queryClient]);

  if (isLost) return <Lost number={number} onRetry={() => setLost(false)} />;
  if (ticket.isPending || (taskId !== undefined && task.isPending)) return <PageLoading />;
  if (ticket.isError) return <ErrorState error={ticket.error} onRetry={() => ticket.refetch()} />;
  if (task.isError) return <ErrorState error={task.error} onRetry={() => task.refetch()} />;
  return <TicketView ticket={ticket.data} task={task.data ?? null} onLost={lose} />;
}

function isRefusal(error: unknown): boolean {
  return error !== null && [403, 404].includes(toProblem(error).status);
}
