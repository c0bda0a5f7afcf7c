import '@/i18n/reminders';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { deleteReminder, type Reminder, remindersKey } from '@/api/reminders';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';

/** Delete a reminder; one that is gone already, as it has come meanwhile, is deleted. */
export function useDeleteReminder() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (reminder: Reminder) => {
      await deleteReminder(reminder.id).catch((error) => {
        if (toProblem(error).status !== 404) throw error;
      });
    },
    onSuccess: (_answer, reminder) =>
      showToast('success', t('reminders.deleted', { number: reminder.ticket_number })),
    onError: (error) => showToast('error', problemText(toProblem(error), t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: remindersKey }),
  });
}
