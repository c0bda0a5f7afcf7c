import '@/i18n/ticket';
import { Alert } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accessKeys, type Hold, removeRole } from '@/api/access';
import { peopleKeys } from '@/api/people';
import { toProblem } from '@/api/problem';
import { taskKeys } from '@/api/tasks';
import { FormDialog } from '@/components/ui/FormDialog';
import { WorkPreview } from './WorkPreview';

interface Props {
  hold: Hold;
  onClose: () => void;
}

/** Before a role is taken: what goes back to its queue, and who else could take it. */
export function TakeRoleDialog({ hold, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const names = { role: hold.role_name, name: hold.user.full_name };
  const take = useMutation({
    mutationFn: () => removeRole(hold.id),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all(
        [accessKeys.all, peopleKeys.all, taskKeys.all].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
  const isLastAdmin = take.isError && toProblem(take.error).code === 'last_admin';
  const isOfWork = hold.system === 'tts' && hold.is_effective;
  return (
    <FormDialog
      title={t('people.takeTitle', names)}
      hint={t('people.takeHint')}
      submit={t('people.takeSubmit')}
      isDangerous
      busy={take.isPending}
      error={isLastAdmin ? undefined : take.error}
      maxWidth={isOfWork ? 'md' : 'xs'}
      onClose={onClose}
      onSubmit={() => take.mutate()}
    >
      {isLastAdmin && (
        <Alert severity="error" role="alert">
          {t('people.lastAdmin', { name: hold.user.full_name })}
        </Alert>
      )}
      {isOfWork && <WorkPreview userId={hold.user.user_id} role={hold.role_name} />}
    </FormDialog>
  );
}
