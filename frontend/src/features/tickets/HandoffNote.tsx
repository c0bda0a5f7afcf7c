import '@/i18n/ticket';
import { Row, Text } from '@/components/ui/layout';
import '@/i18n/engine';
import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actOnCheckout, type HandoffStatus, handoffKeys } from '@/api/handoffs';
import { type Handoff, type TaskDetail, taskKeys } from '@/api/tasks';
import { Badge } from '@/components/ui/Badge';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import { isAdmin, useUser } from '@/context/SessionContext';
import { CheckoutDialog, HANDOFF_TONE } from '@/features/handoffs/CheckoutDialog';
import { systemReason } from '@/lib/systemReason';

/** Where the hand-off to the next system stands, and, to whom it fell when it failed, the two ways out. */
export function HandoffNote({ task, handoff }: { task: TaskDetail; handoff: Handoff }) {
  const { t } = useTranslation();
  const user = useUser();
  const queryClient = useQueryClient();
  const [isWaiving, setWaiving] = useState(false);
  const status = handoff.status as HandoffStatus;
  const mayAct = status === 'failed' && (isAdmin(user) || task.assignee?.user_id === user.user_id);
  const act = useMutation({
    mutationFn: actOnCheckout,
    onSuccess: (after, { verb }) => {
      setWaiving(false);
      showToast(
        'success',
        t(verb === 'waive' ? 'handoffs.waived' : 'handoffs.retried', { number: after.ticket_number }),
      );
    },
    // Somebody may have been faster: what stands there now says more than the refusal.
    onSettled: () =>
      Promise.all(
        [handoffKeys.all, taskKeys.all].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
  const one = { system: handoff.system, id: handoff.id };
  return (
    <Box
      component="section"
      aria-label={t('ticket.handoffTo', { system: t(`ticket.handoff.${handoff.system}`) })}
      sx={{ display: 'grid', gap: 1, mb: 1.5, fontSize: '0.8125rem' }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, rowGap: 0.5 }}>
        {t('ticket.handoffTo', { system: t(`ticket.handoff.${handoff.system}`) })}
        <Badge tone={HANDOFF_TONE[status] ?? 'grey'}>{t(`handoffs.status.${status}`)}</Badge>
        <Text component="span" variant="inherit" color="text.secondary">
          {[
            handoff.attempts > 0 && t('ticket.handoffTries', { count: handoff.attempts }),
            handoff.external_reference && t('handoffs.reference', { reference: handoff.external_reference }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Box>
      {handoff.last_error && status !== 'acknowledged' && (
        <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
          {t('ticket.handoffReason', {
            reason: systemReason(handoff.last_error_code, handoff.last_error),
          })}
        </Box>
      )}
      {act.isError && act.variables.verb === 'retry' && (
        <Alert severity="error" role="alert">
          {problemText(act.error, t)}
        </Alert>
      )}
      {mayAct && (
        <Row gap={1}>
          <Button
            variant="contained"
            loading={act.isPending && act.variables.verb === 'retry'}
            disabled={act.isPending}
            onClick={() => act.mutate({ ...one, verb: 'retry' })}
          >
            {t('handoffs.retry')}
          </Button>
          <Button
            variant="outlined"
            disabled={act.isPending}
            onClick={() => {
              act.reset();
              setWaiving(true);
            }}
          >
            {t('handoffs.waive')}
          </Button>
        </Row>
      )}
      {isWaiving && (
        <CheckoutDialog
          verb="waive"
          number={task.ticket_number}
          busy={act.isPending}
          error={act.error}
          onClose={() => setWaiving(false)}
          onSubmit={(reason) => act.mutate({ ...one, verb: 'waive', body: { reason } })}
        />
      )}
    </Box>
  );
}
