import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { testWebhook, WEBHOOK_EVENTS, type Webhook, webhookKeys, webhooksQuery } from '@/api/webhooks';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconPlus, IconSend } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { nameOf, WebhookDialog } from './WebhookDialogs';
import { eventName, WebhookLogDialog } from './WebhookLogDialog';

type Open = { kind: 'new' } | { kind: 'edit' | 'log'; webhook: Webhook };

/** The webhooks with their state. A test opens the log, where its answer is seen. */
export function WebhooksTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const webhooks = useQuery(webhooksQuery());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const test = useMutation({
    mutationFn: (webhook: Webhook) => testWebhook(webhook.id),
    onSuccess: async (_, webhook) => {
      await queryClient.invalidateQueries({ queryKey: webhookKeys.log(webhook.id) });
      setOpen({ kind: 'log', webhook });
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <>
      <Row gap={1} align="center" mb={1.5}>
        <Box sx={{ flex: '1 1 240px', fontSize: '0.8125rem', color: 'text.secondary' }}>
          {t('webhooks.hint')}
        </Box>
        <Button
          variant="contained"
          startIcon={<IconPlus size={16} />}
          onClick={() => setOpen({ kind: 'new' })}
        >
          {t('webhooks.new')}
        </Button>
      </Row>
      <ListBox busy={webhooks.isFetching}>
        <QueryState query={webhooks} rows={4} />
        {webhooks.data?.length === 0 && (
          <EmptyState
            icon={<IconSend size={22} />}
            title={t('webhooks.none')}
            hint={t('webhooks.noneHint')}
          />
        )}
        {webhooks.data && webhooks.data.length > 0 && (
          <DataTable<Webhook>
            label={t('webhooks.tab')}
            rows={webhooks.data}
            rowKey={(webhook) => webhook.id}
            columns={[
              {
                key: 'url',
                header: t('webhooks.url'),
                render: (webhook) => (
                  <Box>
                    {webhook.description && <Box sx={{ fontWeight: 580 }}>{webhook.description}</Box>}
                    <Text component="code" variant="hint">
                      <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
                        {webhook.url}
                      </Box>
                    </Text>
                  </Box>
                ),
              },
              {
                key: 'events',
                header: t('webhooks.events'),
                render: (webhook) =>
                  webhook.event_types.length === WEBHOOK_EVENTS.length
                    ? t('webhooks.allEvents')
                    : webhook.event_types.map((name) => eventName(t, name)).join(', '),
              },
              {
                key: 'state',
                header: t('field.status'),
                render: (webhook) => <State webhook={webhook} />,
              },
              {
                key: 'do',
                header: t('webhooks.actions'),
                isHeaderHidden: true,
                align: 'end',
                isNarrow: true,
                render: (webhook) => (
                  <>
                    {webhook.is_active && (
                      <Button
                        variant="text"
                        color="inherit"
                        disabled={test.isPending}
                        aria-label={t('webhooks.testNamed', { name: nameOf(webhook) })}
                        onClick={() => test.mutate(webhook)}
                      >
                        {t('webhooks.test')}
                      </Button>
                    )}
                    <Button
                      variant="text"
                      color="inherit"
                      aria-label={t('webhooks.logNamed', { name: nameOf(webhook) })}
                      onClick={() => setOpen({ kind: 'log', webhook })}
                    >
                      {t('webhooks.log')}
                    </Button>
                    <Button
                      variant="text"
                      color="inherit"
                      aria-label={t('webhooks.editNamed', { name: nameOf(webhook) })}
                      onClick={() => setOpen({ kind: 'edit', webhook })}
                    >
                      {t('webhooks.edit')}
                    </Button>
                  </>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {open?.kind === 'new' && <WebhookDialog onClose={close} />}
      {open?.kind === 'edit' && <WebhookDialog webhook={open.webhook} onClose={close} />}
      {open?.kind === 'log' && <WebhookLogDialog webhook={open.webhook} onClose={close} />}
    </>
  );
}

function State({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (!webhook.is_active) {
    const why = webhook.off_reason === 'failing' || webhook.off_reason === 'gone' ? webhook.off_reason : null;
    return <Badge tone={why ? 'red' : 'grey'}>{t(why ? `webhooks.off.${why}` : 'webhooks.inactive')}</Badge>;
  }
  return webhook.failing_since ? (
    <Badge tone="amber">{t('webhooks.failing', { time: formatDateTime(webhook.failing_since) })}</Badge>
  ) : (
    <Badge tone="green">{t('webhooks.active')}</Badge>
  );
}
