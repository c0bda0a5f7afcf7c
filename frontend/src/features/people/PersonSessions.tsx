import '@/i18n/identity';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Profile } from '@/api/account';
import { endPersonSession, endPersonSessions, peopleKeys, personSessionsQuery } from '@/api/people';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { SessionList } from '@/features/account/SessionList';

export function PersonSessions({ person }: { person: Profile }) {
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
      <QueryState query={sessions} rows={2} height={54} />
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
