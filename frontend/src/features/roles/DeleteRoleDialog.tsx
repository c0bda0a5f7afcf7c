import { Alert } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AccessRole, accessKeys, deleteRole } from '@/api/access';
import { FormDialog } from '@/components/ui/FormDialog';
import { showToast } from '@/components/ui/toast';

interface Props {
  role: AccessRole;
  usedBy: string[];
  onClose: () => void;
}

/** A role that workflows need or people hold is not deleted by accident. */
export function DeleteRoleDialog({ role, usedBy, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteRole(role.id),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: accessKeys.all });
      showToast('success', t('roles.deleted', { role: role.name }));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('roles.deleteNamed', { role: role.name })}
      hint={t('roles.deleteHint')}
      submit={t('action.delete')}
      isDangerous
      busy={remove.isPending}
      disabled={role.holders > 0}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate()}
    >
      {role.holders > 0 && <Alert severity="info">{t('roles.stillHeld', { count: role.holders })}</Alert>}
      {usedBy.length > 0 && (
        <Alert severity="warning">{t('roles.stillUsed', { workflows: usedBy.join(', ') })}</Alert>
      )}
    </FormDialog>
  );
}
