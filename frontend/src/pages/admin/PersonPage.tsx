import { Page, Stack } from '@/components/ui/layout';
import '@/i18n/people';
import { Box, Button, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router-dom';
import type { Profile } from '@/api/account';
import {
  actOnPerson,
  changePerson,
  endPersonSession,
  endPersonSessions,
  type PersonAction,
  peopleKeys,
  personQuery,
  personSessionsQuery,
  sendResetLink,
  workersQuery,
} from '@/api/people';
import { Problem, toProblem } from '@/api/problem';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { Facts } from '@/components/ui/Facts';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { PersonAvatar } from '@/components/ui/Person';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { AvailabilityForm } from '@/features/account/AvailabilityForm';
import { SessionList } from '@/features/account/SessionList';
import { DeactivateDialog } from '@/features/people/DeactivateDialog';
import { PersonBadges } from '@/features/people/PersonBadges';
import { PersonRoles } from '@/features/people/PersonRoles';
import { IconKey, IconLockOpen, IconUserCheck, IconUserOff } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';

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

export function PersonPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const userId = Number(id);
  const person = useQuery({ ...personQuery(userId), enabled: /^\d+$/.test(id) });
  if (!/^\d+$/.test(id)) {
    const missing = { code: 'not_found', detail: '', attr: null };
    return <ErrorState error={new Problem({ status: 404, errors: [missing] })} />;
  }
  if (person.isError) return <ErrorState error={person.error} onRetry={() => person.refetch()} />;
  if (!person.data) return <LoadingRows rows={8} />;
  return (
    <Page width={1100}>
      <Header person={person.data} />
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,1fr) minmax(0,1fr)' },
        }}
      >
        <Stack gap={2}>
          <Details key={person.data.version} person={person.data} />
          <Sessions person={person.data} />
        </Stack>
        <Stack gap={2}>
          <PersonRoles person={person.data} />
          <Panel title={t('availability.title')}>
            <Work userId={userId} />
          </Panel>
        </Stack>
      </Box>
    </Page>
  );
}

function Header({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<'deactivate' | 'reset' | 'otp' | null>(null);
  const act = useMutation({
    mutationFn: (action: PersonAction) => actOnPerson(person.user_id, action),
    onSuccess: (changed, action) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), changed);
      void queryClient.invalidateQueries({ queryKey: peopleKeys.list });
      showToast('success', t(`people.done.${action}`, { name: person.full_name }));
    },
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => setAsking(null),
  });
  const reset = useMutation({
    mutationFn: () => sendResetLink(person.user_id, false),
    onSuccess: () => showToast('success', t('people.done.reset', { name: person.full_name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => setAsking(null),
  });
  return (
    <>
      <PageHeader
        title={person.full_name}
        breadcrumbs={[{ label: t('people.title'), to: '/admin/agents' }]}
        beside={
          <>
            <PersonAvatar person={person} size={28} picture={person.avatar_url || undefined} />
            <PersonBadges person={person} />
          </>
        }
        actions={
          <>
            {person.is_locked && (
              <Button
                variant="contained"
                startIcon={<IconLockOpen size={16} />}
                loading={act.isPending && act.variables === 'unlock'}
                onClick={() => act.mutate('unlock')}
              >
                {t('people.unlock')}
              </Button>
            )}
            {person.is_active && (
              <Button variant="outlined" startIcon={<IconKey size={16} />} onClick={() => setAsking('reset')}>
                {t('people.resetPassword')}
              </Button>
            )}
            {person.otp_method !== 'none' && (
              <Button variant="outlined" onClick={() => setAsking('otp')}>
                {t('people.resetOtp')}
              </Button>
            )}
            {person.is_active ? (
              <Button
                variant="outlined"
                color="error"
                startIcon={<IconUserOff size={16} />}
                onClick={() => setAsking('deactivate')}
              >
                {t('people.deactivate')}
              </Button>
            ) : (
              <Button
                variant="contained"
                startIcon={<IconUserCheck size={16} />}
                loading={act.isPending && act.variables === 'activate'}
                onClick={() => act.mutate('activate')}
              >
                {t('people.activate')}
              </Button>
            )}
          </>
        }
      />
      {asking === 'deactivate' && <DeactivateDialog person={person} onClose={() => setAsking(null)} />}
      <ConfirmDialog
        open={asking === 'reset'}
        title={t('people.resetPassword')}
        text={t('people.resetText', { name: person.full_name, email: person.email })}
        confirm={t('people.sendLink')}
        busy={reset.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => reset.mutate()}
      />
      <ConfirmDialog
        open={asking === 'otp'}
        title={t('people.resetOtp')}
        text={t('people.resetOtpText', { name: person.full_name })}
        confirm={t('people.resetOtp')}
        busy={act.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => act.mutate('reset-otp')}
      />
    </>
  );
}

function Details({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [values, setValues] = useState<Record<Field, string>>(
    () => Object.fromEntries(FIELDS.map((field) => [field, person[field]])) as Record<Field, string>,
  );
  const changed = FIELDS.filter((field) => values[field].trim() !== person[field]);
  const save = useMutation({
    mutationFn: () =>
      changePerson(person.user_id, Object.fromEntries(changed.map((field) => [field, values[field].trim()]))),
    onSuccess: (fresh) => {
      queryClient.setQueryData(peopleKeys.one(person.user_id), fresh);
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
            onChange={(event) => setValues({ ...values, [field]: event.target.value })}
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

function Sessions({ person }: { person: Profile }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const sessions = useQuery(personSessionsQuery(person.user_id));
  const after = {
    onSuccess: () => showToast('success', t('sessions.ended')),
    onError: (error: unknown) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: peopleKeys.sessions(person.user_id) }),
  };
  const end = useMutation({ mutationFn: (sid: string) => endPersonSession(person.user_id, sid), ...after });
  const endAll = useMutation({ mutationFn: () => endPersonSessions(person.user_id), ...after });
  return (
    <Panel
      flush
      title={t('people.sessions')}
      action={
        <Button
          variant="text"
          color="error"
          disabled={!sessions.data?.length}
          loading={endAll.isPending}
          onClick={() => endAll.mutate()}
        >
          {t('people.endAll')}
        </Button>
      }
    >
      {sessions.isPending && <LoadingRows rows={2} height={54} />}
      {sessions.isError && <ErrorState error={sessions.error} onRetry={() => sessions.refetch()} />}
      {sessions.data?.length === 0 && (
        <Box sx={{ px: 2, py: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>
          {t('people.noSessions')}
        </Box>
      )}
      {sessions.data && (
        <SessionList
          label={t('people.sessions')}
          sessions={sessions.data}
          ending={end.isPending ? end.variables : null}
          onEnd={(session) => end.mutate(session.sid)}
        />
      )}
    </Panel>
  );
}

function Work({ userId }: { userId: number }) {
  const { t } = useTranslation();
  const workers = useQuery(workersQuery());
  if (workers.isError) return <ErrorState error={workers.error} onRetry={() => workers.refetch()} />;
  if (!workers.data) return <LoadingRows rows={3} />;
  const worker = workers.data.find((each) => each.user_id === userId);
  if (!worker) {
    return <EmptyState icon={<IconUserOff size={22} />} title={t('people.noWorker')} />;
  }
  return <AvailabilityForm worker={worker} colleagues={workers.data} ofOther />;
}
