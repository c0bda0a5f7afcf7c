import '@/i18n/ticket';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Problem, toProblem } from '@/api/problem';
import {
  type AvailableTransition,
  doVerb,
  type PerformInput,
  performTransition,
  type TaskDetail,
  type TaskVerb,
  taskKeys,
  type VerbInput,
  type WithComment,
} from '@/api/tasks';
import { ticketKeys } from '@/api/tickets';
import { showToast } from '@/components/ui/toast';

/** After these the ticket is in other hands: the next one is up. */
const GIVES_AWAY: (TaskVerb | 'transition')[] = ['transition', 'hold', 'transfer', 'escalate', 'release'];

export type TaskActions = ReturnType<typeof useTaskActions>;

/**
 * Every act names the version it was decided on. When someone was faster, the new state is shown, and who it was.
 * `onDone` hears of an act that is over: whether it happened, and whether the ticket is in other hands by it.
 */
export function useTaskActions(
  task: TaskDetail,
  onDone: (done: { isDone: boolean; isGivenAway: boolean; label: string }) => void,
) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [conflict, setConflict] = useState<string | null>(null);

  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: taskKeys.all }),
      queryClient.invalidateQueries({ queryKey: ticketKeys.one(task.ticket_number) }),
    ]);
  const onError = (error: unknown) => {
    const problem = toProblem(error);
    if (problem.isConflict) {
      setConflict(problem.message);
      onDone({ isDone: false, isGivenAway: false, label: '' });
      void refresh();
    } else if (problem.status === 0 || problem.status >= 500) {
      showToast('error', t(problem.isOffline ? 'problem.offline.hint' : 'problem.server.hint'));
    } else showToast('error', problem.message);
  };
  const finished = (act: TaskVerb | 'transition' | 'withdraw-vote', label: string) => {
    setConflict(null);
    onDone({ isDone: true, isGivenAway: (GIVES_AWAY as string[]).includes(act), label });
    return refresh();
  };
  const transition = useMutation({
    mutationFn: ({ label: _label, ...input }: PerformInput & { label: string }) => performTransition(input),
    onSuccess: (_answer, { label }) => finished('transition', label),
    onError,
  });
  const verb = useMutation({
    mutationFn: ({ label: _label, ...input }: VerbInput & { label: string }) => doVerb(input),
    onSuccess: (_answer, input) => finished(input.verb, input.label),
    onError,
  });
  const failure = transition.error ?? verb.error;

  const { mutateAsync: mutateTransition } = transition;
  const { mutateAsync: mutateVerb } = verb;
  const stable = useMemo(() => {
    const happened = (work: Promise<unknown>) =>
      work.then(
        () => true,
        () => false,
      );
    return {
      /** True when it happened; a refusal is shown by itself. */
      perform: (
        chosen: AvailableTransition,
        given: { comment?: string; with_comment?: WithComment } = {},
      ): Promise<boolean> =>
        happened(
          mutateTransition({
            task_id: task.id,
            transition_id: chosen.id,
            expected_version: task.version,
            label: chosen.name,
            ...(given.comment ? { comment: given.comment } : {}),
            ...(given.with_comment ? { with_comment: given.with_comment } : {}),
          }),
        ),
      verb: (input: Omit<VerbInput, 'taskId' | 'expected_version'>, label: string): Promise<boolean> =>
        happened(mutateVerb({ taskId: task.id, expected_version: task.version, label, ...input })),
    };
  }, [task.id, task.version, mutateTransition, mutateVerb]);

  const isBusy = transition.isPending || verb.isPending;
  const busyWith = transition.isPending ? transition.variables.transition_id : null;
  const error: Problem | null = failure ? toProblem(failure) : null;
  return useMemo(
    () => ({
      ...stable,
      isBusy,
      busyWith,
      error,
      conflict,
      dismissConflict: () => setConflict(null),
    }),
    [stable, isBusy, busyWith, error, conflict],
  );
}
