import '@/i18n/identity';
import { Alert, Button, TextField } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeMe, type Profile, type ProfileChanges } from '@/api/account';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { formatDuration } from '@/lib/time';
import { useNow } from '@/lib/useNow';

export interface AwaitsCode {
  /** What was asked for, the password included; sent again with the code. */
  changes: ProfileChanges;
  email: string;
}

interface Props extends AwaitsCode {
  onClose: () => void;
  onSaved: (profile: Profile) => void;
}

const CODE_LENGTH = 6;
const RESEND_AFTER_S = 30;

/** A new address counts once the code that was mailed to it has been entered. */
export function EmailCodeDialog({ changes, email, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const now = useNow('second');
  const [sentAt, setSentAt] = useState(() => Date.now());
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => changeMe({ ...changes, email_code: code }),
    onSuccess: (answer) => {
      if (!('email_code_required' in answer)) onSaved(answer);
    },
    onError: () => setCode(''),
  });
  const resend = useMutation({
    mutationFn: () => changeMe(changes),
    onMutate: () => confirm.reset(),
    onSuccess: () => setSentAt(Date.now()),
  });
  const wait = Math.ceil(RESEND_AFTER_S - (now - sentAt) / 1000);
  const about = aboutCode(confirm.error);
  return (
    <FormDialog
      title={t('account.emailCode.title')}
      hint={t('account.emailCode.hint', { email })}
      submit={t('account.emailCode.submit')}
      busy={confirm.isPending}
      disabled={code.length !== CODE_LENGTH}
      error={confirm.error ?? resend.error}
      shownFields={['email_code']}
      onClose={onClose}
      onSubmit={() => confirm.mutate()}
    >
      {resend.isSuccess && !confirm.isError && (
        <Alert severity="success" role="status">
          {t('otp.resent')}
        </Alert>
      )}
      <TextField
        size="small"
        autoFocus
        label={t('otp.code')}
        value={code}
        error={Boolean(about)}
        helperText={about && t(about)}
        onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, CODE_LENGTH))}
        slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'one-time-code' } }}
        sx={{ mt: 0.75 }}
      />
      <Button
        variant="text"
        color="inherit"
        disabled={wait > 0 || resend.isPending || confirm.isPending}
        onClick={() => resend.mutate()}
        sx={{ justifySelf: 'start' }}
      >
        {wait > 0 ? t('otp.resendIn', { duration: formatDuration(wait) }) : t('otp.resend')}
      </Button>
    </FormDialog>
  );
}

function aboutCode(error: unknown) {
  const code = error ? toProblem(error).code : '';
  if (code === 'email_code_invalid') return 'account.emailCode.invalid' as const;
  if (code === 'email_code_expired') return 'account.emailCode.expired' as const;
  return undefined;
}
