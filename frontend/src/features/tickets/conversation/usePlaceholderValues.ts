import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { taskQuery } from '@/api/tasks';
import { ticketQuery } from '@/api/tickets';
import { useUser } from '@/context/SessionContext';
import { firstName, type PlaceholderValues } from './placeholders';

/** What placeholders stand for on this ticket, as the page shows it at the moment of the call. */
export function usePlaceholderValues(ticketNumber: string): () => PlaceholderValues {
  const queryClient = useQueryClient();
  const user = useUser();
  return useCallback(() => {
    const ticket = queryClient.getQueryData(ticketQuery(ticketNumber).queryKey);
    const task = ticket?.task && queryClient.getQueryData(taskQuery(ticket.task.id).queryKey);
    const requester = ticket?.requester?.name ?? '';
    return {
      'ticket.number': ticketNumber,
      'ticket.subject': ticket?.subject ?? '',
      'ticket.category': ticket?.category ?? '',
      // The task's is the one that is worked by; the ticket's is what was asked for.
      'ticket.priority': task?.priority ?? ticket?.priority ?? '',
      'requester.name': requester,
      'requester.first_name': firstName(requester),
      'agent.name': user.full_name,
      'agent.first_name': firstName(user.full_name),
      workflow: ticket?.task?.workflow.name ?? '',
      step: task?.current_step?.name ?? '',
    };
  }, [queryClient, ticketNumber, user.full_name]);
}
