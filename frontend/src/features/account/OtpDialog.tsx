import '@/i18n/identity';
import { Box, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accountKeys,
  beginAuthenticator,
  confirmAuthenticator,
  disableTwoFactor,
  enableMailCodes,
  enablePasskeys,
  renewRecoveryCodes,
} from '@/api/account';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { QrCode } from '@/components/ui/QrCode';
import { ShownOnce } from '@/components/ui/ShownOnce';
import { showToast } from '@/components/ui/toast';

export type OtpChange = 'app' | 'mail' | 'passkey' | 'codes' | 'off';

interface Props {
  change: OtpChange;
  onClose: () => void;
}

const CODE_LENGTH = 6;

/** Each change begins with the password. The app goes on with its QR code and ends with the recovery codes. */
export function OtpDialog({ change, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const [setup, setSetup] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const refresh = () => {
    void queryClient.invalidateQueries({ queryKey: accountKeys.otp });
    void queryClient.invalidateQueries({ queryKey: accountKeys.me });
  };
  const begin = useMutation({
    mutationFn: async () => {
      if (change === 'app') setSetup(await beginAuthenticator(password));
      else if (change === 'codes') setCodes(await renewRecoveryCodes(password));
      else if (change === 'passkey') setCodes(await enablePasskeys(password));
      else if (change === 'mail') await enableMailCodes(password);
      else await disableTwoFactor(password);
    },
    onSuccess: () => {
      if (change === 'app') return;
      refresh();
      if (change === 'mail' || change === 'off') {
        showToast('success', t(`account.otp.done.${change}`));
        onClose();
      }
    },
  });

  if (codes) {
    return (
      <FormDialog
        title={t('account.otp.codesTitle')}
        hint={t('account.otp.codesHint')}
        submit=""
        onClose={onClose}
      >
        <ShownOnce label={t('account.otp.codesTitle')} lines={codes} fileName="recovery-codes.txt" />
      </FormDialog>
    );
  }
  if (setup) {
    return (
      <ConfirmApp
        setup={setup}
        onClose={onClose}
        onConfirmed={(fresh) => {
          setCodes(fresh);
          refresh();
        }}
      />
    );
  }
  const about = begin.isError ? toProblem(begin.error).about('current_password') : undefined;
  return (
    <FormDialog
      title={t(`account.otp.ask.${change}.title`)}
      hint={t(`account.otp.ask.${change}.hint`)}
      submit={t(`account.otp.ask.${change}.submit`)}
      isDangerous={change === 'off'}
      busy={begin.isPending}
      disabled={password === ''}
      error={begin.error}
      shownFields={['current_password']}
      onClose={onClose}
      onSubmit={() => begin.mutate()}
    >
      <TextField
        size="small"
        type="password"
        autoFocus
        autoComplete="current-password"
        label={t('password.current')}
        value={password}
        error={Boolean(about)}
        helperText={about}
        onChange={(event) => setPassword(event.target.value)}
        sx={{ mt: 0.75 }}
      />
    </FormDialog>
  );
}

interface ConfirmProps {
  setup: { secret: string; uri: string };
  onClose: () => void;
  onConfirmed: (codes: string[]) => void;
}

function ConfirmApp({ setup, onClose, onConfirmed }: ConfirmProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => confirmAuthenticator(code),
    onSuccess: onConfirmed,
    onError: () => setCode(''),
  });
  const isWrong = confirm.isError && toProblem(confirm.error).code === 'otp_invalid';
  return (
    <FormDialog
      title={t('account.otp.scanTitle')}
      hint={t('account.otp.scanHint')}
      submit={t('otp.submit')}
      busy={confirm.isPending}
      disabled={code.length !== CODE_LENGTH}
      error={isWrong ? undefined : confirm.error}
      onClose={onClose}
      onSubmit={() => confirm.mutate()}
    >
      <Box sx={{ display: 'grid', justifyItems: 'center' }}>
        <QrCode text={setup.uri} label={t('account.otp.qr')} />
      </Box>
      <Text>
        <Text variant="inherit" color="text.secondary" mb={0.5}>
          {t('account.otp.secret')}
        </Text>
        <ShownOnce label={t('account.otp.secret')} lines={[setup.secret]} />
      </Text>
      <TextField
        size="small"
        autoFocus
        label={t('otp.code')}
        value={code}
        error={isWrong}
        helperText={isWrong ? t('login.error.otp_invalid_app') : t('account.otp.codeHint')}
        onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, CODE_LENGTH))}
        slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'one-time-code' } }}
      />
    </FormDialog>
  );
}
