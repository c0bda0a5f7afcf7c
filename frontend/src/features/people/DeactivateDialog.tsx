import { Alert } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accessKeys } from '@/api/access';
import type { Profile } from '@/api/account';
import { actOnPerson, peopleKeys } from '@/api/people';
import { toProblem } from '@/api/problem';
import { taskKeys } from '@/api/tasks';
import { FormDialog } from '@/components/ui/FormDialog';
import { showToast } from '@/components/ui/toast';
import { WorkPreview } from './WorkPreview';

interface Props {
  person: Profile;
  onClose: () => void;
}

/** Before anything happens: what they have open, and who else could take it. */
export function DeactivateDialog({ person, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const deactivate = useMutation({
    mutationFn: () => actOnPerson(person.user_id, 'deactivate'),
    onSuccess: (changed) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), changed);
      void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
      void queryClient.invalidateQueries({ queryKey: accessKeys.holds });
      void queryClient.invalidateQueries({ queryKey: taskKeys.all });
      showToast('success', t('people.deactivated', { name: person.full_name }));
      onClose();
    },
  });
  const isLastAdmin = deactivate.isError && toProblem(deactivate.error).code === 'last_admin';
  return (
    <FormDialog
      title={t('people.deactivateTitle', { name: person.full_name })}
      hint={t('people.deactivateHint')}
      submit={t('people.deactivate')}
      isDangerous
      busy={deactivate.isPending}
      error={isLastAdmin ? undefined : deactivate.error}
      maxWidth="md"
      onClose={onClose}
      onSubmit={() => deactivate.mutate()}
    >
      {isLastAdmin && (
        <Alert severity="error" role="alert">
          {t('people.lastAdmin', { name: person.full_name })}
        </Alert>
      )}
      <WorkPreview userId={person.user_id} />
    </FormDialog>
  );
}
