import '@/i18n/identity';
import { Alert, Box, Button, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askForFirstPassword, changePassword, otpQuery, ownPasswordQuery } from '@/api/account';
import { passkeysQuery } from '@/api/passkeys';
import { toProblem } from '@/api/problem';
import { Badge } from '@/components/ui/Badge';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { useUser } from '@/context/SessionContext';
import { useUnsaved } from '@/lib/unsaved';
import { NewPasswordField } from './NewPasswordField';
import { type OtpChange, OtpDialog } from './OtpDialog';
import { Passkeys } from './Passkeys';
import { judgePassword } from './passwordHints';

export function SecurityTab() {
  return (
    <Stack gap={2}>
      <Password />
      <Passkeys />
      <SecondFactor />
    </Stack>
  );
}

function Password() {
  const own = useQuery(ownPasswordQuery());
  if (own.isPending) return <LoadingRows rows={3} />;
  return own.data && !own.data.has_password ? (
    <FirstPassword isAllowed={own.data.is_allowed} />
  ) : (
    <ChangePassword />
  );
}

/** An account that came by a provider has no present password to ask for: the mail proves whose it is. */
function FirstPassword({ isAllowed }: { isAllowed: boolean }) {
  const { t } = useTranslation();
  const { email } = useUser();
  const ask = useMutation({ mutationFn: askForFirstPassword });
  return (
    <Panel title={t('account.password')}>
      <Stack gap={1.5}>
        <Text variant="muted">{t(isAllowed ? 'account.noPassword' : 'account.noPasswordOff')}</Text>
        {ask.isError && (
          <Alert severity="error" role="alert">
            {problemText(ask.error, t)}
          </Alert>
        )}
        {ask.isSuccess && (
          <Alert severity="success" role="status">
            {t('account.passwordLinkSent', { email })}
          </Alert>
        )}
        {isAllowed && !ask.isSuccess && (
          <Box>
            <Button variant="contained" loading={ask.isPending} onClick={() => ask.mutate()}>
              {t('account.setPassword')}
            </Button>
          </Box>
        )}
      </Stack>
    </Panel>
  );
}

function ChangePassword() {
  const { t } = useTranslation();
  const user = useUser();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  useUnsaved(next !== '');
  const judged = judgePassword(next, [user.full_name, user.email, user.username]);
  const change = useMutation({
    mutationFn: () => changePassword({ current_password: current, new_password: next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      showToast('success', t('account.passwordChanged'));
      void queryClient.invalidateQueries({ queryKey: ['account'] });
    },
  });
  const problem = change.isError ? toProblem(change.error) : null;
  const aboutCurrent = problem?.about('current_password');
  const aboutNew = problem?.about('new_password');
  return (
    <Panel title={t('account.password')}>
      <Box
        component="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (current && judged.isGood) change.mutate();
        }}
        sx={{ display: 'grid', gap: 2, maxWidth: 420, pt: 0.75 }}
      >
        {problem && !aboutCurrent && !aboutNew && (
          <Alert severity="error" role="alert">
            {problemText(problem, t)}
          </Alert>
        )}
        <TextField
          size="small"
          type="password"
          autoComplete="current-password"
          label={t('password.current')}
          value={current}
          error={Boolean(aboutCurrent)}
          helperText={aboutCurrent}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <NewPasswordField value={next} judged={judged} refused={aboutNew} onChange={setNext} />
        <Text variant="hint">{t('account.passwordHint')}</Text>
        <Box>
          <Button
            type="submit"
            variant="contained"
            loading={change.isPending}
            disabled={!current || !judged.isGood}
          >
            {t('account.passwordSubmit')}
          </Button>
        </Box>
      </Box>
    </Panel>
  );
}

function SecondFactor() {
  const { t } = useTranslation();
  const otp = useQuery(otpQuery());
  const passkeys = useQuery(passkeysQuery());
  const [change, setChange] = useState<OtpChange | null>(null);
  if (otp.isError) return <ErrorState error={otp.error} onRetry={() => otp.refetch()} />;
  if (!otp.data) return <LoadingRows rows={3} />;
  const { method, recovery_codes_left } = otp.data;
  const hasCodes = method === 'totp' || method === 'passkey';
  const fewCodes = hasCodes && recovery_codes_left <= 3;
  return (
    <Panel
      title={t('account.otp.title')}
      action={<Badge tone={method === 'none' ? 'grey' : 'green'}>{t(`account.otp.state.${method}`)}</Badge>}
    >
      <Box sx={{ display: 'grid', gap: 1.5, fontSize: '0.8125rem' }}>
        <Text variant="inherit" color="text.secondary">
          {t(`account.otp.about.${method}`)}
        </Text>
        {fewCodes && (
          <Alert severity="warning">{t('account.otp.codesLeft', { count: recovery_codes_left })}</Alert>
        )}
        <Row gap={1}>
          {method !== 'totp' && (
            <Button variant="contained" onClick={() => setChange('app')}>
              {t('account.otp.useApp')}
            </Button>
          )}
          {method !== 'email' && (
            <Button variant="outlined" onClick={() => setChange('mail')}>
              {t('account.otp.useMail')}
            </Button>
          )}
          {method !== 'passkey' && Boolean(passkeys.data?.length) && (
            <Button variant="outlined" onClick={() => setChange('passkey')}>
              {t('account.otp.usePasskey')}
            </Button>
          )}
          {hasCodes && (
            <Button variant="outlined" onClick={() => setChange('codes')}>
              {t('account.otp.newCodes')}
            </Button>
          )}
          {method !== 'none' && (
            <Button variant="outlined" color="error" onClick={() => setChange('off')}>
              {t('account.otp.off')}
            </Button>
          )}
        </Row>
        {hasCodes && !fewCodes && (
          <Text variant="hint">{t('account.otp.codesLeft', { count: recovery_codes_left })}</Text>
        )}
      </Box>
      {change && <OtpDialog change={change} onClose={() => setChange(null)} />}
    </Panel>
  );
}
