import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  replayWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
  webhookKeys,
  webhookLogQuery,
} from '@/api/webhooks';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { JsonView } from '@/components/ui/JsonView';
import { Text } from '@/components/ui/layout';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconSend } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { nameOf } from './WebhookDialogs';

const TONES = { waiting: 'amber', delivered: 'green', failed: 'red' } as const;

/** What was sent to a webhook and what it answered, the newest first; each can be looked at and sent again. */
export function WebhookLogDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const log = useQuery(webhookLogQuery(webhook.id));
  const [shownId, setShownId] = useState<number | null>(null);
  const rows = log.data?.results ?? [];
  const shown = rows.find((delivery) => delivery.id === shownId);
  const replay = useMutation({
    mutationFn: (delivery: WebhookDelivery) => replayWebhook(webhook.id, delivery.id),
    onSuccess: () => {
      showToast('success', t('webhooks.replayed'));
      void queryClient.invalidateQueries({ queryKey: webhookKeys.log(webhook.id) });
      setShownId(null);
    },
  });
  return (
    <FormDialog
      title={shown ? shown.event_id : t('webhooks.logNamed', { name: nameOf(webhook) })}
      submit={t('webhooks.replay')}
      maxWidth="md"
      busy={replay.isPending}
      error={replay.error}
      onClose={onClose}
      onSubmit={shown && shown.status !== 'waiting' ? () => replay.mutate(shown) : undefined}
    >
      {shown ? (
        <Details delivery={shown} onBack={() => setShownId(null)} />
      ) : (
        <>
          <QueryState query={log} rows={4} />
          {log.data && rows.length === 0 && (
            <EmptyState icon={<IconSend size={22} />} title={t('webhooks.noLog')} />
          )}
          {rows.length > 0 && (
            <DataTable<WebhookDelivery>
              label={t('webhooks.logNamed', { name: nameOf(webhook) })}
              rows={rows}
              rowKey={(delivery) => delivery.id}
              columns={[
                {
                  key: 'event',
                  header: t('webhooks.eventHeader'),
                  render: (delivery) => (
                    <Box>
                      <Box sx={{ fontWeight: 580 }}>{eventName(t, delivery.event_type)}</Box>
                      <Text variant="hint">{delivery.ticket_number || delivery.event_id}</Text>
                    </Box>
                  ),
                },
                {
                  key: 'state',
                  header: t('field.status'),
                  isNarrow: true,
                  render: (delivery) => (
                    <Badge tone={TONES[delivery.status]}>{t(`webhooks.state.${delivery.status}`)}</Badge>
                  ),
                },
                {
                  key: 'answer',
                  header: t('webhooks.answer'),
                  render: (delivery) => (
                    <>
                      {delivery.response_status ?? (delivery.error || '–')}
                      {delivery.status === 'waiting' && delivery.attempts > 0 && (
                        <Text variant="hint">
                          {t('webhooks.next', { time: formatDateTime(delivery.due_at) })}
                        </Text>
                      )}
                    </>
                  ),
                },
                {
                  key: 'when',
                  header: t('webhooks.when'),
                  isNarrow: true,
                  render: (delivery) => formatDateTime(delivery.last_attempt_at ?? delivery.created_at),
                },
                {
                  key: 'do',
                  header: t('webhooks.actions'),
                  isHeaderHidden: true,
                  align: 'end',
                  isNarrow: true,
                  render: (delivery) => (
                    <Button
                      variant="text"
                      color="inherit"
                      aria-label={t('webhooks.detailsNamed', { id: delivery.event_id })}
                      onClick={() => setShownId(delivery.id)}
                    >
                      {t('webhooks.details')}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}

function Details({ delivery, onBack }: { delivery: WebhookDelivery; onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Box>
        <Button variant="text" color="inherit" onClick={onBack}>
          {t('webhooks.back')}
        </Button>
      </Box>
      <Facts
        facts={[
          [t('webhooks.eventHeader'), eventName(t, delivery.event_type)],
          [
            t('field.status'),
            `${t(`webhooks.state.${delivery.status}`)}, ${t('webhooks.attempts', { count: delivery.attempts })}`,
          ],
          [t('webhooks.sentTo'), delivery.sent_to || '–'],
          [t('webhooks.answer'), String(delivery.response_status ?? '–')],
          [
            t('webhooks.took'),
            delivery.duration_ms === null ? '–' : t('webhooks.milliseconds', { count: delivery.duration_ms }),
          ],
          [t('webhooks.error'), delivery.error || '–'],
        ]}
      />
      <Body label={t('webhooks.request')} text={delivery.request_body} />
      {delivery.response_body !== '' && <Body label={t('webhooks.response')} text={delivery.response_body} />}
    </>
  );
}

function Body({ label, text }: { label: string; text: string }) {
  return (
    <Box>
      <Text variant="hint">{label}</Text>
      <JsonView label={label} value={text} />
    </Box>
  );
}

export function eventName(t: TFunction, name: string): string {
  if (name === 'webhook.test') return t('webhooks.event.webhook.test');
  return (WEBHOOK_EVENTS as readonly string[]).includes(name)
    ? t(`webhooks.event.${name as WebhookEvent}`)
    : name;
}
