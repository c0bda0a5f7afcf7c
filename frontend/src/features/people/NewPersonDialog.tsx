import '@/i18n/identity';
import { TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessRole } from '@/api/access';
import { createPerson, invitePerson, type NewPerson, peopleKeys } from '@/api/people';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { Columns } from '@/components/ui/layout';
import { showToast } from '@/components/ui/toast';
import { NewPasswordField } from '@/features/account/NewPasswordField';
import { judgePassword } from '@/features/account/passwordHints';
import { RoleChooser } from './RoleChooser';

const FIELDS = ['first_name', 'last_name', 'email', 'phone_number', 'department', 'company_id'] as const;
const NEEDED: readonly string[] = ['first_name', 'last_name', 'email'];
type Field = (typeof FIELDS)[number];

/** Invite somebody, who then chooses a password; or add an account with a password at once. */
export function NewPersonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [method, setMethod] = useState<'invite' | 'create'>('invite');
  const [values, setValues] = useState<Record<Field, string>>({
    first_name: '',
    last_name: '',
    email: '',
    phone_number: '',
    department: '',
    company_id: '',
  });
  const [roles, setRoles] = useState<AccessRole[]>([]);
  const [password, setPassword] = useState('');
  const judged = judgePassword(password, [values.first_name, values.last_name, values.email]);
  const add = useMutation({
    mutationFn: async () => {
      const given = Object.fromEntries(
        Object.entries(values)
          .map(([name, value]) => [name, value.trim()])
          .filter(([, value]) => value !== ''),
      );
      const person = {
        ...given,
        roles: roles.map((role) => ({ system: role.system, role: role.name })),
      } as NewPerson;
      if (method === 'invite') await invitePerson(person);
      else await createPerson({ ...person, password });
    },
    onSuccess: () => {
      const name = `${values.first_name} ${values.last_name}`.trim();
      showToast('success', t(method === 'invite' ? 'people.invited' : 'people.created', { name }));
      void queryClient.invalidateQueries({ queryKey: peopleKeys.all });
      onClose();
    },
  });
  const problem = add.isError ? toProblem(add.error) : null;
  const isComplete = NEEDED.every((field) => values[field as Field].trim() !== '');
  return (
    <FormDialog
      title={t('people.new')}
      submit={t(method === 'invite' ? 'people.sendInvitation' : 'people.create')}
      busy={add.isPending}
      disabled={!isComplete || (method === 'create' && !judged.isGood)}
      error={add.error}
      shownFields={[...FIELDS, 'password']}
      maxWidth="sm"
      onClose={onClose}
      onSubmit={() => add.mutate()}
    >
      <ToggleButtonGroup
        exclusive
        size="small"
        value={method}
        onChange={(_event, next) => next && setMethod(next)}
        aria-label={t('people.method')}
        sx={{ '& .MuiToggleButton-root': { textTransform: 'none', height: 32, px: 1.5 } }}
      >
        <ToggleButton value="invite">{t('people.methodInvite')}</ToggleButton>
        <ToggleButton value="create">{t('people.methodCreate')}</ToggleButton>
      </ToggleButtonGroup>
      <Columns>
        {FIELDS.map((field) => (
          <TextField
            key={field}
            size="small"
            label={t(`account.field.${field}`)}
            required={NEEDED.includes(field)}
            type={field === 'email' ? 'email' : 'text'}
            value={values[field]}
            error={Boolean(problem?.about(field))}
            helperText={problem?.about(field)}
            onChange={(event) => setValues({ ...values, [field]: event.target.value })}
          />
        ))}
      </Columns>
      <RoleChooser label={t('people.roles')} chosen={roles} onChange={setRoles} />
      {method === 'create' && (
        <NewPasswordField
          label={t('login.password')}
          value={password}
          judged={judged}
          refused={problem?.about('password')}
          onChange={setPassword}
        />
      )}
    </FormDialog>
  );
}
