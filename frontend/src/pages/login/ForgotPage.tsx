import '@/i18n/identity';
import { Alert, Box, Button, Link as MuiLink, TextField } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { askForResetLink } from '@/api/passwords';
import { Stack, Text } from '@/components/ui/layout';
import { solveCaptcha } from '@/features/account/captcha';
import { LoginLayout } from '@/features/account/LoginLayout';
import { signInProblem } from '@/features/account/signInProblem';

/** The answer is the same for everybody, so this page never tells who has an account. */
export function ForgotPage() {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [touched, setTouched] = useState(false);
  const ask = useMutation({
    mutationFn: async () => askForResetLink({ email: email.trim(), captcha: await solveCaptcha() }),
  });
  const missing = touched && email.trim() === '';
  const message = ask.isError ? signInProblem(ask.error, t) : null;

  if (ask.isSuccess) {
    return (
      <LoginLayout title={t('forgot.sentTitle')} hint={t('forgot.sentHint', { email: email.trim() })}>
        <Box sx={{ display: 'grid', gap: 2, fontSize: '0.8125rem' }}>
          <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
            {t('forgot.sentMore')}
          </Box>
          <Button variant="outlined" onClick={() => ask.reset()}>
            {t('forgot.again')}
          </Button>
          <MuiLink component={Link} to="/login">
            {t('otp.back')}
          </MuiLink>
        </Box>
      </LoginLayout>
    );
  }
  return (
    <LoginLayout title={t('forgot.title')} hint={t('forgot.hint')}>
      <Stack
        component="form"
        noValidate
        gap={2}
        onSubmit={(event) => {
          event.preventDefault();
          setTouched(true);
          if (email.trim() !== '') ask.mutate();
        }}
      >
        {message && (
          <Alert severity={message.severity} role="alert">
            {message.text}
          </Alert>
        )}
        <TextField
          label={t('login.email')}
          type="email"
          autoComplete="username"
          autoFocus
          size="small"
          value={email}
          error={missing}
          helperText={missing && t('login.emailNeeded')}
          onChange={(event) => setEmail(event.target.value)}
          slotProps={{ htmlInput: { autoCapitalize: 'none', spellCheck: false } }}
        />
        <Button type="submit" variant="contained" loading={ask.isPending} sx={{ minHeight: 38 }}>
          {t('forgot.submit')}
        </Button>
        {ask.isPending && (
          <Text role="status" variant="hint">
            {t('login.checking')}
          </Text>
        )}
        <MuiLink component={Link} to="/login" sx={{ fontSize: '0.8125rem', justifySelf: 'start' }}>
          {t('otp.back')}
        </MuiLink>
      </Stack>
    </LoginLayout>
  );
}
