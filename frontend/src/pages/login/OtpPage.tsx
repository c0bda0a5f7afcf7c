import { Alert, Box, Button, Link as MuiLink, TextField } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { resendOtp, submitOtp } from '@/api/session';
import { Stack } from '@/components/ui/layout';
import { useSession } from '@/context/SessionContext';
import { LoginLayout } from '@/features/account/LoginLayout';
import { PasskeyButton } from '@/features/account/PasskeyButton';
import { safeNext, signInProblem } from '@/features/account/signInProblem';
import { formatDuration } from '@/lib/time';
import { useNow } from '@/lib/useNow';

interface OtpState {
  challenge: string;
  method: 'email' | 'totp' | 'passkey';
  takesPasskey?: boolean;
  next: string;
}

const CODE_LENGTH = 6;
const RESEND_AFTER_S = 30;
const RECOVERY_CODE = /^[a-z0-9]{5}-?[a-z0-9]{5}$/;

export function OtpPage() {
  const session = useSession();
  const state = useLocation().state as OtpState | null;
  if (session.status === 'signed_in') return <Navigate to={safeNext(state?.next ?? null)} replace />;
  // The challenge is not kept over a reload: starting again is safer than storing it.
  if (!state?.challenge) return <Navigate to="/login" replace />;
  return <OtpForm state={state} />;
}

function OtpForm({ state }: { state: OtpState }) {
  const { t } = useTranslation();
  const session = useSession();
  const now = useNow('second');
  const [challenge, setChallenge] = useState(state.challenge);
  const [sentAt, setSentAt] = useState(() => Date.now());
  const [code, setCode] = useState('');
  const [isRecovery, setRecovery] = useState(false);

  const confirm = useMutation({
    mutationFn: submitOtp,
    onSuccess: (answer) => session.accept(answer.access),
    onError: () => setCode(''),
  });
  const resend = useMutation({
    mutationFn: () => resendOtp(challenge),
    onSuccess: (answer) => {
      setChallenge(answer.challenge ?? challenge);
      setSentAt(Date.now());
      confirm.reset();
    },
  });

  const wait = Math.ceil(RESEND_AFTER_S - (now - sentAt) / 1000);
  const byMail = state.method === 'email';
  const byPasskey = state.method === 'passkey';
  const failure = confirm.error ?? resend.error;
  const message = failure
    ? signInProblem(failure, t, byMail ? 'mail' : isRecovery ? 'recovery' : 'app')
    : null;

  const isComplete = isRecovery ? RECOVERY_CODE.test(code) : code.length === CODE_LENGTH;
  const change = (raw: string) => {
    if (isRecovery) {
      setCode(raw.trim().toLowerCase().slice(0, 11));
      return;
    }
    const digits = raw.replace(/\D/g, '').slice(0, CODE_LENGTH);
    setCode(digits);
    if (digits.length === CODE_LENGTH && !confirm.isPending) confirm.mutate({ challenge, code: digits });
  };

  return (
    <LoginLayout
      title={t(byMail ? 'otp.title' : 'otp.titleApp')}
      hint={t(
        byMail ? 'otp.hint' : isRecovery ? 'otp.hintRecovery' : byPasskey ? 'otp.hintPasskey' : 'otp.hintApp',
      )}
    >
      <Stack
        component="form"
        noValidate
        gap={2}
        onSubmit={(event) => {
          event.preventDefault();
          if (isComplete) confirm.mutate({ challenge, code });
        }}
      >
        {message && (
          <Alert severity={message.severity} role="alert">
            {message.text}
          </Alert>
        )}
        {resend.isSuccess && !message && (
          <Alert severity="success" role="status">
            {t('otp.resent')}
          </Alert>
        )}
        {byPasskey && !isRecovery ? (
          <PasskeyButton label={t('otp.usePasskey')} challenge={challenge} isPrimary />
        ) : (
          <>
            <TextField
              key={String(isRecovery)}
              label={t(isRecovery ? 'otp.recoveryCode' : 'otp.code')}
              value={code}
              autoFocus
              size="small"
              onChange={(event) => change(event.target.value)}
              slotProps={{
                htmlInput: {
                  inputMode: isRecovery ? 'text' : 'numeric',
                  autoComplete: isRecovery ? 'off' : 'one-time-code',
                  autoCapitalize: 'none',
                  spellCheck: false,
                  sx: {
                    letterSpacing: isRecovery ? '0.08em' : '0.4em',
                    fontSize: '1.125rem',
                    fontVariantNumeric: 'tabular-nums',
                  },
                },
              }}
            />
            <Button
              type="submit"
              variant="contained"
              loading={confirm.isPending}
              disabled={!isComplete}
              sx={{ minHeight: 38 }}
            >
              {t('otp.submit')}
            </Button>
          </>
        )}
        {state.takesPasskey && !byPasskey && (
          <PasskeyButton label={t('otp.usePasskeyInstead')} challenge={challenge} />
        )}
        <Box
          sx={{
            display: 'flex',
            justifyContent: 'space-between',
            alignItems: 'center',
            fontSize: '0.8125rem',
          }}
        >
          <MuiLink component={Link} to="/login">
            {t('otp.back')}
          </MuiLink>
          {!byMail && (
            <Button
              variant="text"
              color="inherit"
              onClick={() => {
                setRecovery(!isRecovery);
                setCode('');
                confirm.reset();
              }}
            >
              {t(!isRecovery ? 'otp.recovery' : byPasskey ? 'otp.usePasskeyInstead' : 'otp.app')}
            </Button>
          )}
          {byMail && (
            <Button
              variant="text"
              color="inherit"
              disabled={wait > 0 || resend.isPending}
              onClick={() => resend.mutate()}
            >
              {wait > 0 ? t('otp.resendIn', { duration: formatDuration(wait) }) : t('otp.resend')}
            </Button>
          )}
        </Box>
      </Stack>
    </LoginLayout>
  );
}
