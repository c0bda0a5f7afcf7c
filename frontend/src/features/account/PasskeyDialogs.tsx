import '@/i18n/identity';
import '@/i18n/passkeys';
import { Alert, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountKeys } from '@/api/account';
import {
  addPasskey,
  beginPasskey,
  type Passkey,
  passkeysQuery,
  removePasskey,
  renamePasskey,
} from '@/api/passkeys';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { showToast } from '@/components/ui/toast';
import { browserProblem } from './passkeyProblem';
import { makePasskey } from './webauthn';

const MAX_NAME = 64;

function useRefresh() {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: passkeysQuery().queryKey });
    void queryClient.invalidateQueries({ queryKey: accountKeys.me });
  };
}

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
  error: unknown;
}

function NameField({ value, onChange, error }: FieldProps) {
  const { t } = useTranslation();
  const about = error ? toProblem(error).about('name') : undefined;
  return (
    <TextField
      size="small"
      autoFocus
      label={t('passkeys.name')}
      value={value}
      error={Boolean(about)}
      helperText={about ?? t('passkeys.nameHint')}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { maxLength: MAX_NAME, autoComplete: 'off' } }}
      sx={{ mt: 0.75 }}
    />
  );
}

function PasswordField({ value, onChange, error }: FieldProps) {
  const { t } = useTranslation();
  const about = error ? toProblem(error).about('current_password') : undefined;
  return (
    <TextField
      size="small"
      type="password"
      autoComplete="current-password"
      label={t('password.current')}
      value={value}
      error={Boolean(about)}
      helperText={about}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** The password first, then the browser's own dialog. What the browser refuses is said here, and can be tried again. */
export function AddPasskey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: async () => addPasskey(name.trim(), await makePasskey(await beginPasskey(password))),
    onSuccess: (passkey) => {
      refresh();
      showToast('success', t('passkeys.addedToast', { name: passkey.name }));
      onClose();
    },
  });
  const byBrowser = browserProblem(add.error, t);
  const byServer = byBrowser ? undefined : add.error;
  return (
    <FormDialog
      title={t('passkeys.add')}
      hint={t('passkeys.addHint')}
      submit={t('passkeys.addSubmit')}
      busy={add.isPending}
      disabled={name.trim() === '' || password === ''}
      error={byServer}
      shownFields={['name', 'current_password']}
      onClose={onClose}
      onSubmit={() => add.mutate()}
    >
      {byBrowser && (
        <Alert severity="warning" role="alert">
          {byBrowser}
        </Alert>
      )}
      <NameField value={name} onChange={setName} error={byServer} />
      <PasswordField value={password} onChange={setPassword} error={byServer} />
    </FormDialog>
  );
}

interface Props {
  passkey: Passkey;
  onClose: () => void;
}

export function RenamePasskey({ passkey, onClose }: Props) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => renamePasskey(passkey.id, name.trim()),
    onSuccess: () => {
      refresh();
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('passkeys.renameTitle')}
      submit={t('action.save')}
      busy={rename.isPending}
      disabled={name.trim() === ''}
      error={rename.error}
      shownFields={['name']}
      onClose={onClose}
      onSubmit={() => rename.mutate()}
    >
      <NameField value={name} onChange={setName} error={rename.error} />
    </FormDialog>
  );
}

export function RemovePasskey({ passkey, onClose }: Props) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const [password, setPassword] = useState('');
  const remove = useMutation({
    mutationFn: () => removePasskey(passkey.id, password),
    onSuccess: () => {
      refresh();
      showToast('success', t('passkeys.removed', { name: passkey.name }));
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('passkeys.removeTitle', { name: passkey.name })}
      hint={t('passkeys.removeHint')}
      submit={t('passkeys.remove')}
      isDangerous
      busy={remove.isPending}
      disabled={password === ''}
      error={remove.error}
      shownFields={['current_password']}
      onClose={onClose}
      onSubmit={() => remove.mutate()}
    >
      <PasswordField value={password} onChange={setPassword} error={remove.error} />
    </FormDialog>
  );
}
