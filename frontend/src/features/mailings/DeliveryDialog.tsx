import '@/i18n/ticket';
import { Box, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Delivery, deliveryQuery, mailingKeys, retryDelivery } from '@/api/mailings';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { Stack } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { formatDateTime } from '@/lib/time';
import { MailFrame } from './MailFrame';

/** One mail: what it said, and everything that became of it. */
export function DeliveryDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const delivery = useQuery(deliveryQuery(id));
  const retry = useMutation({
    mutationFn: () => retryDelivery(id),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: mailingKeys.deliveries });
      showToast('success', t('mailings.retried'));
    },
  });
  const isFailed = delivery.data?.status === 'failed';
  return (
    <FormDialog
      title={delivery.data?.subject || t('mailings.one')}
      submit={t('mailings.retry')}
      maxWidth="md"
      busy={retry.isPending}
      error={retry.error}
      onClose={onClose}
      onSubmit={isFailed ? () => retry.mutate() : undefined}
    >
      <QueryState query={delivery} rows={5} />
      {delivery.data && <Body mail={delivery.data} />}
    </FormDialog>
  );
}

function Body({ mail }: { mail: Delivery }) {
  const { t } = useTranslation();
  const reason = (code: string) => t(`mailings.reason.${code}` as 'mailings.reason.digest', code);
  const facts: [string, string][] = [
    [t('mailings.to'), mail.email || '–'],
    [t('field.status'), t(`mailings.status.${mail.status}`)],
  ];
  if (mail.reason) facts.push([t('mailings.why'), reason(mail.reason)]);
  if (mail.last_error) facts.push([t('mailings.error'), mail.last_error]);
  if (mail.template_version !== null) {
    facts.push([t('mailings.wording'), t('ticket.version', { version: mail.template_version })]);
  }
  facts.push([t('mailings.attempts'), String(mail.attempts)]);
  return (
    <Stack gap={2}>
      <Facts facts={facts} />
      {mail.body_html && <MailFrame html={mail.body_html} title={t('mailings.asMail')} height={320} />}
      {!mail.body_html && mail.body_text && (
        <Box component="pre" sx={{ m: 0, font: 'inherit', fontSize: '0.8125rem', whiteSpace: 'pre-wrap' }}>
          {mail.body_text}
        </Box>
      )}
      <Box>
        <Typography variant="h3" sx={{ mb: 0.5 }}>
          {t('mailings.timeline')}
        </Typography>
        <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' }}>
          {mail.log.map((entry) => (
            <Box
              component="li"
              key={entry.id}
              sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, py: 0.375 }}
            >
              <Box sx={{ color: 'text.secondary', minWidth: 150 }}>{formatDateTime(entry.at)}</Box>
              <Box sx={{ minWidth: 80 }}>
                {t(`mailings.status.${entry.status}` as 'mailings.status.sent', entry.status)}
              </Box>
              <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
                {[entry.reason && reason(entry.reason), entry.detail].filter(Boolean).join(' · ')}
              </Box>
            </Box>
          ))}
        </Box>
      </Box>
    </Stack>
  );
}
