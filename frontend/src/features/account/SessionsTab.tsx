import '@/i18n/identity';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountKeys, endOtherSessions, endSession, sessionsQuery } from '@/api/account';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { SessionList } from './SessionList';

export function SessionsTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const sessions = useQuery(sessionsQuery());
  const [asking, setAsking] = useState(false);
  const after = {
    onSuccess: () => showToast('success', t('sessions.ended')),
    onError: (error: unknown) => showToast('error', problemText(error, t)),
    onSettled: () => {
      setAsking(false);
      void queryClient.invalidateQueries({ queryKey: accountKeys.sessions });
    },
  };
  const end = useMutation({ mutationFn: endSession, ...after });
  const endOthers = useMutation({ mutationFn: endOtherSessions, ...after });
  const others = sessions.data?.filter((session) => !session.is_current).length ?? 0;
  return (
    <Panel
      flush
      title={t('sessions.title')}
      action={
        <Button variant="text" color="error" disabled={others === 0} onClick={() => setAsking(true)}>
          {t('sessions.endOthers')}
        </Button>
      }
    >
      <QueryState query={sessions} rows={3} height={54} />
      {sessions.data && (
        <SessionList
          label={t('sessions.title')}
          sessions={sessions.data}
          ending={end.isPending ? end.variables : null}
          onEnd={(session) => end.mutate(session.sid)}
        />
      )}
      <Box sx={{ px: 2, py: 1.25, fontSize: '0.75rem', color: 'text.secondary' }}>{t('sessions.hint')}</Box>
      <ConfirmDialog
        open={asking}
        title={t('sessions.endOthersTitle')}
        text={t('sessions.endOthersText', { count: others })}
        confirm={t('sessions.endOthers')}
        busy={endOthers.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => endOthers.mutate()}
      />
    </Panel>
  );
}
