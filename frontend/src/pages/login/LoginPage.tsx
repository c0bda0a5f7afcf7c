import { Alert, Box, Button, IconButton, InputAdornment, Link as MuiLink, TextField } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useNavigate, useSearchParams } from 'react-router-dom';
import { toProblem } from '@/api/problem';
import { type Credentials, logIn } from '@/api/session';
import { Stack, Text } from '@/components/ui/layout';
import { useSession } from '@/context/SessionContext';
import type { SignInNotice } from '@/features/account/ChoosePassword';
import { LoginLayout } from '@/features/account/LoginLayout';
import { PasskeyButton } from '@/features/account/PasskeyButton';
import { ProviderButtons } from '@/features/account/ProviderButtons';
import { providerProblem, safeNext, signInProblem } from '@/features/account/signInProblem';
import { usePasskeyAutofill } from '@/features/account/usePasskeyAutofill';
import { IconEye, IconEyeOff } from '@/lib/icons';
import { loadCode } from '@/lib/loadCode';

interface Form {
  email: string;
  password: string;
}

export function LoginPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const session = useSession();
  const location = useLocation();
  const notice = (location.state as { notice?: SignInNotice } | null)?.notice;
  const [shown, setShown] = useState(false);
  const next = safeNext(search.get('next'));
  const form = useForm<Form>({ defaultValues: { email: '', password: '' } });

  const [checking, setChecking] = useState(false);
  const signIn = useMutation({
    mutationFn: async (credentials: Credentials) => {
      try {
        return await logIn(credentials);
      } catch (error) {
        // After many failures the server wants some work done first; the browser does it unasked, once.
        if (toProblem(error).code !== 'captcha_required' || !window.isSecureContext) throw error;
        setChecking(true);
        const { solveCaptcha } = await loadCode(() => import('@/features/account/captcha'));
        return await logIn({ ...credentials, captcha: await solveCaptcha() });
      } finally {
        setChecking(false);
      }
    },
    onSuccess: (answer) => {
      if ('otp_required' in answer) {
        navigate('/login/otp', {
          state: {
            challenge: answer.challenge,
            method: answer.method,
            takesPasskey: answer.takes_passkey,
            next,
          },
        });
      } else session.accept(answer.access);
    },
    onError: (error) => {
      if (toProblem(error).code === 'invalid_credentials') {
        form.resetField('password');
        form.setFocus('password');
      }
    },
  });

  const refusedPasskey = usePasskeyAutofill(
    session.status === 'signed_out' && !location.hash && !signIn.isPending && !signIn.isSuccess,
  );

  if (session.status === 'signed_in') return <Navigate to={next} replace />;
  // A provider's sign-in that still asks for the code of this account comes back with the challenge.
  const step = new URLSearchParams(location.hash.slice(1));
  if (step.has('challenge')) {
    const state = {
      challenge: step.get('challenge'),
      method: step.get('method'),
      takesPasskey: step.has('passkey'),
      next,
    };
    return <Navigate to="/login/otp" replace state={state} />;
  }
  const refused = search.get('sso_error');
  const message = signIn.isError
    ? signInProblem(signIn.error, t)
    : refusedPasskey
      ? signInProblem(refusedPasskey, t, 'passkey')
      : refused && signIn.isIdle
        ? providerProblem(refused, t)
        : null;
  const { errors } = form.formState;

  return (
    <LoginLayout title={t('login.title')} hint={t('login.hint')}>
      <Stack
        component="form"
        noValidate
        onSubmit={form.handleSubmit((values) => signIn.mutate({ ...values, email: values.email.trim() }))}
        gap={2}
      >
        {checking && (
          <Alert severity="info" role="status">
            {t('login.checking')}
          </Alert>
        )}
        {session.ended && !message && (
          <Alert severity={session.ended === 'revoked' ? 'warning' : 'info'} role="status">
            {t(`login.${session.ended}`)}
          </Alert>
        )}
        {notice && !session.ended && !message && (
          <Alert severity="success" role="status">
            {t(`login.${notice}`)}
          </Alert>
        )}
        {message && (
          <Alert severity={message.severity} role="alert">
            {message.text}
          </Alert>
        )}
        <TextField
          {...form.register('email', { validate: (email) => email.trim() !== '' })}
          label={t('login.email')}
          type="email"
          autoComplete="username webauthn"
          autoFocus
          size="small"
          error={Boolean(errors.email)}
          helperText={errors.email && t('login.emailNeeded')}
          slotProps={{ htmlInput: { autoCapitalize: 'none', spellCheck: false } }}
        />
        <TextField
          {...form.register('password', { required: true })}
          label={t('login.password')}
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          size="small"
          error={Boolean(errors.password)}
          helperText={errors.password && t('login.passwordNeeded')}
          slotProps={{
            input: {
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton
                    edge="end"
                    aria-label={t(shown ? 'login.hide' : 'login.show')}
                    aria-pressed={shown}
                    onClick={() => setShown(!shown)}
                  >
                    {shown ? <IconEyeOff size={17} /> : <IconEye size={17} />}
                  </IconButton>
                </InputAdornment>
              ),
            },
          }}
        />
        <Button type="submit" variant="contained" loading={signIn.isPending} sx={{ minHeight: 38 }}>
          {t('login.submit')}
        </Button>
        <MuiLink component={Link} to="/forgot" sx={{ fontSize: '0.8125rem', justifySelf: 'start' }}>
          {t('login.forgot')}
        </MuiLink>
      </Stack>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: '1fr auto 1fr',
          alignItems: 'center',
          gap: 1.5,
          my: 1.5,
          '&::before, &::after': { content: '""', borderTop: 1, borderColor: 'divider' },
        }}
      >
        <Text variant="muted">{t('login.or')}</Text>
      </Box>
      <PasskeyButton label={t('login.passkey')} />
      <ProviderButtons next={next} />
    </LoginLayout>
  );
}
