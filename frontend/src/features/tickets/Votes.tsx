import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { doVerb, type TaskDetail, taskKeys } from '@/api/tasks';
import { Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { useUser } from '@/context/SessionContext';

/** What has been voted so far; while nothing is decided, one's own vote can be taken back. */
export function Votes({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const user = useUser();
  const queryClient = useQueryClient();
  const withdrawal = useMutation({
    mutationFn: () => doVerb({ taskId: task.id, verb: 'withdraw-vote', expected_version: task.version }),
    onSuccess: () => showToast('success', t('ticket.voteWithdrawn')),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: taskKeys.all }),
  });
  const { approval } = task;
  if (!approval || (approval.required <= 1 && approval.votes.length === 0)) return null;
  return (
    <Text variant="muted" mb={1.5}>
      {t(approval.mode === 'percent' ? 'ticket.votesPercent' : 'ticket.votes', {
        given: approval.votes.filter((vote) => vote.outcome === 'approve').length,
        required: approval.required,
      })}
      {approval.votes.map((vote) => (
        <Box key={vote.person.user_id}>
          {vote.person.full_name}: {t(`outcome.${vote.outcome}`)}
          {vote.person.user_id === user.user_id && (
            <Button
              variant="text"
              size="small"
              loading={withdrawal.isPending}
              onClick={() => withdrawal.mutate()}
              sx={{ marginInlineStart: 1, minHeight: 24, py: 0 }}
            >
              {t('ticket.withdrawVote')}
            </Button>
          )}
        </Box>
      ))}
    </Text>
  );
}
