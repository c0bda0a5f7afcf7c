import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { intakeKeys, intakeQuery, replayIntake } from '@/api/intake';
import { toProblem } from '@/api/problem';
import { taskKeys } from '@/api/tasks';
import { workflowQuery } from '@/api/workflows';
import { Facts } from '@/components/ui/Facts';
import { JsonView } from '@/components/ui/JsonView';
import { Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { useTypedGuard } from '@/components/ui/useTypedGuard';
import { formatDateTime } from '@/lib/time';
import { VerdictBadge } from './Ledger';

function asObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** One message with all that is known of it, and the way to take it in again, corrected. */
export function MessageDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const titleId = useId();
  const queryClient = useQueryClient();
  const message = useQuery(intakeQuery(id));
  const [text, setText] = useState<string | null>(null);
  const { data } = message;
  const parsed = text === null ? null : asObject(text);

  const replay = useMutation({
    mutationFn: replayIntake,
    onSuccess: (record) => {
      showToast('success', t('intake.replayed', { verdict: t(`intake.verdicts.${record.verdict}`) }));
      onClose();
    },
    onSettled: () =>
      Promise.all(
        [intakeKeys.all, intakeKeys.unmatched, taskKeys.all].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
  const refused = replay.isError ? toProblem(replay.error) : null;
  const workflowId = data?.workflow_id ?? null;
  const workflow = useQuery({ ...workflowQuery(String(workflowId)), enabled: workflowId !== null });

  const guard = useTypedGuard(onClose, refused !== null);

  return (
    <Dialog
      open
      onClose={guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="md"
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>{t('intake.message', { id })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <QueryState query={message} rows={6} />
        {data && (
          <>
            <Facts
              facts={[
                [t('intake.verdict'), <VerdictBadge key="verdict" verdict={data.verdict} />],
                [
                  t('intake.ticket'),
                  data.ticket_id === null ? (
                    data.ticket_number || t('intake.noTicket')
                  ) : (
                    <Link key="ticket" to={`/tickets/${data.ticket_number}`}>
                      {data.ticket_number}
                    </Link>
                  ),
                ],
                ...(data.reason ? ([[t('intake.reason'), data.reason]] as [string, string][]) : []),
                ...(data.rule ? ([[t('intake.rule'), data.rule]] as [string, string][]) : []),
                ...(workflow.data
                  ? ([[t('intake.workflow'), workflow.data.name]] as [string, string][])
                  : []),
                [t('intake.received'), formatDateTime(data.received_at)],
                [t('intake.queue'), data.queue],
                [t('intake.messageId'), data.message_id || '–'],
                [t('intake.requestId'), data.request_id || '–'],
                ...(data.replay_of_id !== null
                  ? ([[t('intake.replayOf'), t('intake.message', { id: data.replay_of_id })]] as [
                      string,
                      string,
                    ][])
                  : []),
              ]}
            />
            {text === null ? (
              <Box>
                <Text variant="label" mb={0.5}>
                  {t(data.body ? 'intake.body' : 'intake.rawBody')}
                </Text>
                {data.body_removed_at ? (
                  <Text>
                    {t('intake.bodyRemoved', {
                      time: formatDateTime(data.body_removed_at),
                      hash: data.body_sha256,
                    })}
                  </Text>
                ) : (
                  <JsonView label={t('intake.body')} value={data.body ?? data.raw_body} />
                )}
              </Box>
            ) : (
              <>
                <Text variant="muted">{t('intake.replayHint')}</Text>
                <TextField
                  label={t('intake.replayBody')}
                  value={text}
                  rows={12}
                  monospace
                  error={parsed ? undefined : t('intake.notJson')}
                  onChange={setText}
                />
              </>
            )}
            {text === null && (
              <Text component="details">
                <Box component="summary" sx={{ cursor: 'pointer', color: 'text.secondary', mb: 0.5 }}>
                  {t('intake.headers')}
                </Box>
                <JsonView label={t('intake.headers')} value={data.headers} />
              </Text>
            )}
            {refused && (
              <Alert severity="error">
                {refused.errors
                  .map((entry) => [entry.attr, entry.detail].filter(Boolean).join(': '))
                  .join(' ') || t('problem.server.hint')}
              </Alert>
            )}
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose}>
          {t('action.close')}
        </Button>
        {data && text === null && data.body === null && !data.body_removed_at && (
          <Button
            variant="outlined"
            loading={replay.isPending}
            onClick={() => replay.mutate({ id, body: null })}
          >
            {t('intake.replayRaw')}
          </Button>
        )}
        {data && text === null && (
          <Button
            variant="outlined"
            onClick={() => setText(data.body ? JSON.stringify(data.body, null, 2) : data.raw_body)}
          >
            {t('intake.replay')}
          </Button>
        )}
        {text !== null && (
          <Button
            variant="contained"
            disabled={!parsed}
            loading={replay.isPending}
            onClick={() => {
              guard.onSent();
              replay.mutate({ id, body: parsed });
            }}
          >
            {t('intake.replaySend')}
          </Button>
        )}
      </DialogActions>
      {guard.question}
    </Dialog>
  );
}
