import '@/i18n/identity';
import { Box, Button, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile } from '@/api/account';
import { changePerson, peopleKeys } from '@/api/people';
import { toProblem } from '@/api/problem';
import { Facts } from '@/components/ui/Facts';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { formatDateTime } from '@/lib/time';
import { useUnsaved } from '@/lib/unsaved';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'username',
  'phone_number',
  'department',
  'company_id',
] as const;

type Field = (typeof FIELDS)[number];

export function PersonDetails({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  // Only what was typed is kept, so that news of the person change the rest.
  const [edited, setEdited] = useState<Partial<Record<Field, string>>>({});
  const values = { ...person, ...edited };
  const changed = FIELDS.filter((field) => values[field].trim() !== person[field]);
  useUnsaved(changed.length > 0);
  const save = useMutation({
    mutationFn: () =>
      changePerson(person.user_id, Object.fromEntries(changed.map((field) => [field, values[field].trim()]))),
    onSuccess: (fresh) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), fresh);
      setEdited({});
      void queryClient.invalidateQueries({ queryKey: peopleKeys.list });
      showToast('success', t('account.saved'));
    },
    onError: (error) => {
      if (!toProblem(error).errors.some((entry) => entry.attr)) showToast('error', problemText(error, t));
    },
  });
  const problem = save.isError ? toProblem(save.error) : null;
  return (
    <Panel title={t('people.details')}>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (changed.length > 0) save.mutate();
        }}
        sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' }, pt: 0.75 }}
      >
        {FIELDS.map((field) => (
          <TextField
            key={field}
            size="small"
            label={t(`account.field.${field}`)}
            value={values[field]}
            error={Boolean(problem?.about(field))}
            helperText={problem?.about(field)}
            onChange={(event) => setEdited({ ...edited, [field]: event.target.value })}
          />
        ))}
        <Box sx={{ gridColumn: '1 / -1' }}>
          <Button type="submit" variant="contained" loading={save.isPending} disabled={changed.length === 0}>
            {t('action.save')}
          </Button>
        </Box>
      </Box>
      <Box sx={{ mt: 2, pt: 2, borderTop: 1, borderColor: 'divider' }}>
        <Facts
          facts={[
            [t('account.otp.title'), t(`account.otp.state.${person.otp_method}`)],
            [t('people.passkeys'), String(person.passkeys)],
            [
              t('people.lastSignIn'),
              person.last_login ? formatDateTime(person.last_login) : t('people.never'),
            ],
            [t('people.since'), formatDateTime(person.date_joined)],
            ...(person.is_locked && person.locked_until
              ? ([[t('people.lockedUntil'), formatDateTime(person.locked_until)]] as [string, string][])
              : []),
          ]}
        />
      </Box>
    </Panel>
  );
}
