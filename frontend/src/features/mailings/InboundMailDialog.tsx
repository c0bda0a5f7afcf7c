import '@/i18n/inboundMail';
import { Box, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type InboundMail, inboundKeys, inboundMailQuery, judgeAgain } from '@/api/inboundMails';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { Stack, Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { formatBytes, formatDateTime } from '@/lib/time';

/** The reason of a verdict in words; one that is not known here as it is. */
export const reasonText = (t: TFunction, code: string) =>
  t(`inboundMail.reason.${code}` as 'inboundMail.reason.loop', code);

/** One mail: who sent it, what it says, what became of it and of its files. */
export function InboundMailDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const mail = useQuery(inboundMailQuery(id));
  const again = useMutation({
    mutationFn: () => judgeAgain(id),
    onSuccess: (judged) => {
      void queryClient.invalidateQueries({ queryKey: inboundKeys.all });
      showToast('success', t('inboundMail.judged', { verdict: t(`inboundMail.verdict.${judged.verdict}`) }));
    },
  });
  const mayBeJudged = mail.data?.verdict === 'refused' || mail.data?.verdict === 'failed';
  return (
    <FormDialog
      title={mail.data ? mail.data.subject || t('inboundMail.noSubject') : t('inboundMail.one')}
      submit={t('inboundMail.judgeAgain')}
      maxWidth="md"
      busy={again.isPending}
      error={again.error}
      onClose={onClose}
      onSubmit={mayBeJudged ? () => again.mutate() : undefined}
    >
      <QueryState query={mail} rows={5} />
      {mail.data && <Body mail={mail.data} />}
    </FormDialog>
  );
}

function Body({ mail }: { mail: InboundMail }) {
  const { t } = useTranslation();
  const sender = mail.sender_name ? `${mail.sender_name} <${mail.sender}>` : mail.sender;
  const facts: [string, ReactNode][] = [
    [t('inboundMail.from'), sender || '–'],
    [t('inboundMail.received'), formatDateTime(mail.received_at)],
    [t('inboundMail.result'), t(`inboundMail.verdict.${mail.verdict}`)],
  ];
  if (mail.reason) facts.push([t('inboundMail.why'), reasonText(t, mail.reason)]);
  if (mail.detail) facts.push([t('inboundMail.detail'), mail.detail]);
  if (mail.ticket_number) {
    facts.push([
      t('inboundMail.ticket'),
      <Link key="ticket" to={`/tickets/${mail.ticket_number}`}>
        {mail.ticket_number}
      </Link>,
    ]);
  }
  facts.push([t('inboundMail.size'), formatBytes(mail.size)]);
  return (
    <Stack gap={2}>
      <Facts facts={facts} />
      {mail.files && mail.files.length > 0 && <MailFiles files={mail.files} />}
      <Box>
        <Typography variant="h3" sx={{ mb: 0.5 }}>
          {t('inboundMail.text')}
        </Typography>
        {mail.text ? (
          <Box
            component="pre"
            dir="auto"
            sx={{
              m: 0,
              font: 'inherit',
              fontSize: '0.8125rem',
              whiteSpace: 'pre-wrap',
              overflowWrap: 'anywhere',
            }}
          >
            {mail.text}
          </Box>
        ) : (
          <Text variant="hint">{t('inboundMail.noText')}</Text>
        )}
      </Box>
    </Stack>
  );
}

function MailFiles({ files }: { files: NonNullable<InboundMail['files']> }) {
  const { t } = useTranslation();
  return (
    <Box>
      <Typography variant="h3" sx={{ mb: 0.5 }}>
        {t('inboundMail.files')}
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' }}>
        {files.map((file, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files of a mail may have the same name; the list is fixed
          <Box component="li" key={index} sx={{ py: 0.375, overflowWrap: 'anywhere' }}>
            {file.name} ({formatBytes(file.size)}){' · '}
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {[t(`inboundMail.outcome.${file.outcome}`), file.reason].filter(Boolean).join(': ')}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
