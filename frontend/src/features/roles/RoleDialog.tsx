import '@/i18n/identity';
import { MenuItem, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccessRole, accessKeys, changeRole, createRole, type System } from '@/api/access';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { showToast } from '@/components/ui/toast';

interface Props {
  /** Without it a new one is made. */
  role?: AccessRole;
  systems: System[];
  onClose: () => void;
}

export function RoleDialog({ role, systems, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [system, setSystem] = useState(role?.system ?? 'tts');
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const save = useMutation({
    mutationFn: () =>
      role
        ? changeRole(role.id, {
            ...(name.trim() === role.name ? {} : { name: name.trim() }),
            description: description.trim(),
          })
        : createRole({ system, name: name.trim(), description: description.trim() }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: accessKeys.all });
      showToast('success', t('account.saved'));
      onClose();
    },
  });
  const about = save.isError ? toProblem(save.error).about('name') : undefined;
  return (
    <FormDialog
      title={role ? t('roles.changeNamed', { role: role.name }) : t('roles.new')}
      hint={role ? undefined : t('roles.newHint')}
      submit={t(role ? 'action.save' : 'roles.create')}
      busy={save.isPending}
      disabled={name.trim() === ''}
      error={save.error}
      shownFields={['name']}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      {!role && (
        <TextField
          select
          size="small"
          label={t('people.system')}
          value={system}
          onChange={(event) => setSystem(event.target.value)}
          sx={{ mt: 0.75 }}
        >
          {systems.map((each) => (
            <MenuItem key={each.slug} value={each.slug}>
              {each.slug.toUpperCase()} · {each.name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <TextField
        size="small"
        label={t('people.name')}
        value={name}
        disabled={role?.is_protected}
        error={Boolean(about)}
        helperText={about ?? (role?.is_protected ? t('roles.protectedHint') : undefined)}
        onChange={(event) => setName(event.target.value)}
        sx={{ mt: role ? 0.75 : 0 }}
        slotProps={{ htmlInput: { maxLength: 128 } }}
      />
      <TextField
        size="small"
        multiline
        minRows={2}
        label={t('roles.about')}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
    </FormDialog>
  );
}
