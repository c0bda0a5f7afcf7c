import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { claimTask, type TaskRow, taskKeys } from '@/api/tasks';
import { showToast } from '@/components/ui/toast';

/** Take a task from the pool. The second of two gets the first one's name and the new state. */
export function useClaim() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (task: Pick<TaskRow, 'id' | 'version' | 'ticket_number'>) =>
      claimTask({ taskId: task.id, expectedVersion: task.version }),
    onSuccess: (_answer, task) => showToast('success', t('task.claimed', { number: task.ticket_number })),
    onError: (error) => {
      const problem = toProblem(error);
      showToast(problem.isConflict ? 'warning' : 'error', problem.message || t('problem.server.hint'));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: taskKeys.all }),
  });
}
