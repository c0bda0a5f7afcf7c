import '@/i18n/ticket';
import { Alert, Box } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deployedChoices } from '@/api/choices';
import { toProblem } from '@/api/problem';
import { doVerb, movePreviewQuery, type TaskDetail, taskKeys } from '@/api/tasks';
import { ticketKeys } from '@/api/tickets';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { PickField } from '@/components/ui/PickField';
import { problemText } from '@/components/ui/problemText';
import { LoadingRows } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { formatDateTime, formatRoughDuration } from '@/lib/time';

interface Props {
  task: TaskDetail;
  onClose: () => void;
}

/** Another workflow for the ticket, and what that comes to before it happens. */
export function MoveDialog({ task, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [target, setTarget] = useState(String(task.move_offer?.workflow_id ?? ''));
  const [reason, setReason] = useState('');
  const present = useMemo(() => new Set([String(task.workflow.id)]), [task.workflow.id]);
  const preview = useQuery(movePreviewQuery(task.id, target));
  const move = useMutation({
    mutationFn: () =>
      doVerb({
        taskId: task.id,
        verb: 'move',
        expected_version: task.version,
        workflow_id: Number(target),
        reason: reason.trim(),
      }),
    onSuccess: async (moved) => {
      showToast(
        'success',
        t('verb.move.done', { number: moved.ticket_number, workflow: moved.workflow.name }),
      );
      onClose();
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ticketKeys.one(task.ticket_number) }),
        queryClient.invalidateQueries({ queryKey: taskKeys.all }),
      ]);
    },
    // Somebody was faster: the page behind shows what is now, and so does a second try.
    onError: (error) => {
      if (toProblem(error).isConflict) void queryClient.invalidateQueries({ queryKey: taskKeys.all });
    },
  });
  return (
    <FormDialog
      title={t('verb.move.title')}
      hint={t('verb.move.hint')}
      submit={t('verb.move.confirm')}
      onSubmit={() => move.mutate()}
      onClose={onClose}
      busy={move.isPending}
      disabled={!preview.data || reason.trim() === ''}
      error={move.error}
      maxWidth="sm"
    >
      <PickField
        label={t('verb.move.to')}
        source={deployedChoices}
        value={target}
        exclude={present}
        placeholder={t('verb.move.choose')}
        nothing={t('verb.move.none')}
        onChange={setTarget}
      />
      {target !== '' && (
        <Box component="section" aria-label={t('verb.move.preview')} aria-live="polite">
          {preview.isPending && <LoadingRows rows={2} height={24} />}
          {preview.isError && <Alert severity="warning">{problemText(preview.error, t)}</Alert>}
          {preview.data && (
            <Box
              component="dl"
              sx={{
                m: 0,
                display: 'grid',
                gridTemplateColumns: '110px minmax(0, 1fr)',
                rowGap: 0.75,
                fontSize: '0.8125rem',
                '& dt': { color: 'text.secondary' },
                '& dd': { m: 0 },
              }}
            >
              <dt>{t('verb.move.step')}</dt>
              <dd>{preview.data.first_step.name}</dd>
              <dt>{t('verb.move.target')}</dt>
              <dd>{formatRoughDuration(preview.data.target_seconds)}</dd>
              <dt>{t('verb.move.due')}</dt>
              <dd>
                {preview.data.due_at ? formatDateTime(preview.data.due_at) : t('verb.move.noDue')}
                {preview.data.due_at_before && (
                  <Text component="span" variant="hint">
                    {' '}
                    ({t('verb.move.dueBefore', { time: formatDateTime(preview.data.due_at_before) })})
                  </Text>
                )}
              </dd>
            </Box>
          )}
          {preview.data && preview.data.voids_votes > 0 && (
            <Alert severity="warning" sx={{ mt: 1.5 }}>
              {t('verb.move.votes', { count: preview.data.voids_votes })}
            </Alert>
          )}
        </Box>
      )}
      <TextField
        label={t('verb.move.reason')}
        value={reason}
        rows={2}
        required
        inputProps={{ maxLength: 2000 }}
        onChange={setReason}
      />
    </FormDialog>
  );
}
