import '@/i18n/engine';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import {
  type AvailableTransition,
  performTransition,
  type TaskDetail,
  type TaskRow,
  taskKeys,
  taskQuery,
} from '@/api/tasks';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { makeClientId } from '@/lib/clientId';

/** A transition that was chosen on the board; one that needs words is asked for them first. */
export interface Move {
  task: TaskDetail;
  transition: AvailableTransition;
  /** A try after a lost answer moves the ticket once. */
  key: string;
}

/** What the person may do with the ticket now, as its page says it; undefined while that is being read. */
export function useMovable(task: TaskRow | null): { detail: TaskDetail | undefined; error: unknown } {
  const found = useQuery({
    ...taskQuery(task?.id ?? 0),
    enabled: task !== null,
    staleTime: 0,
  });
  const isCurrent = task !== null && found.data !== undefined && found.data.version >= task.version;
  return { detail: isCurrent ? found.data : undefined, error: found.error };
}

/** Moves tickets along their transitions. A card stays where it is until the server has moved its ticket. */
export function useMoveTask() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<Move | null>(null);
  const move = useMutation({
    mutationFn: ({ task, transition, key, comment }: Move & { comment?: string }) =>
      performTransition(
        {
          task_id: task.id,
          transition_id: transition.id,
          expected_version: task.version,
          ...(comment ? { comment } : {}),
        },
        key,
      ),
    onSuccess: ({ current_step, status, ticket_number: number }, { task, transition }) => {
      setAsking(null);
      const stays = current_step !== null && current_step.id === task.current_step?.id;
      const place = current_step?.name ?? t(`status.${status}`);
      showToast(
        'success',
        t(stays ? 'board.recorded' : 'board.moved', { number, name: transition.name, place }),
      );
    },
    onError: (error, { transition }) => {
      const problem = toProblem(error);
      // A dialog shows it itself, and keeps the words.
      if (transition.requires_comment && !problem.isConflict) return;
      setAsking(null);
      showToast(problem.isConflict ? 'warning' : 'error', problemText(error, t));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: taskKeys.all }),
  });
  return {
    asking,
    error: asking ? move.error : null,
    busyId: move.isPending ? move.variables.task.id : null,
    begin: (task: TaskDetail, transition: AvailableTransition) => {
      const next = { task, transition, key: makeClientId() };
      move.reset();
      if (transition.requires_comment) setAsking(next);
      else move.mutate(next);
    },
    confirm: (comment: string) => asking && move.mutate({ ...asking, comment }),
    cancel: () => setAsking(null),
  };
}
