import '@/i18n/ticket';
import { Box, Button, Link as MuiLink } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { fetchTicketFile, type TicketAttachment, type TicketDetail } from '@/api/tickets';
import { List } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { showToast } from '@/components/ui/toast';
import { IconFileText } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatBytes, formatDateTime } from '@/lib/time';

export function TicketFields({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation();
  const rows: [string, ReactNode][] = [
    [t('ticket.requester'), ticket.requester && <Requester {...ticket.requester} />],
    [t('field.category'), [ticket.category, ticket.sub_category].filter(Boolean).join(' › ')],
    [t('field.department'), ticket.department],
    [t('field.submitted'), formatDateTime(ticket.submitted_at ?? ticket.received_at)],
    [t('field.source'), ticket.source_service.toUpperCase()],
    ...Object.entries(ticket.fields)
      .filter(([, value]) => value !== null && value !== '' && typeof value !== 'object')
      .map(([name, value]): [string, ReactNode] => [readable(name), String(value)]),
  ];
  return (
    <>
      <Panel title={t('ticket.details')}>
        <Box
          component="dl"
          sx={{
            m: 0,
            display: 'grid',
            gridTemplateColumns: '92px minmax(0, 1fr)',
            rowGap: 0.875,
            fontSize: '0.8125rem',
            '& dt': { color: 'text.secondary', overflowWrap: 'anywhere' },
            '& dd': { m: 0, overflowWrap: 'anywhere' },
          }}
        >
          {rows
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <Box key={name} sx={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Box>
            ))}
        </Box>
      </Panel>
      {ticket.attachments.length > 0 && (
        <Panel title={t('ticket.attachments', { count: ticket.attachments.length })}>
          <List gap={0.75}>
            {ticket.attachments.map((attachment) => (
              <li key={attachment.id}>
                <TicketFile attachment={attachment} />
              </li>
            ))}
          </List>
        </Panel>
      )}
    </>
  );
}

function Requester({ name, email }: { name: string; email?: string }) {
  return (
    <>
      {name}
      {email && (
        <MuiLink href={`mailto:${email}`} sx={{ display: 'block', fontSize: '0.75rem' }}>
          {email}
        </MuiLink>
      )}
    </>
  );
}

function TicketFile({ attachment }: { attachment: TicketAttachment }) {
  const { t } = useTranslation();
  const fetch = useMutation({
    mutationFn: () => fetchTicketFile(attachment),
    onSuccess: (blob) => saveBlob(blob, attachment.file_name),
    onError: (error) => showToast('error', toProblem(error).message || t('problem.missing.title')),
  });
  const looks = { justifyContent: 'flex-start', fontWeight: 500 };
  const label = (
    <>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {attachment.file_name}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', ml: 'auto', pl: 1 }}>
        {formatBytes(attachment.size)}
      </Box>
    </>
  );
  // A file of another help desk stays there; only our own is fetched with this person's token.
  if (attachment.url && /^https?:/.test(attachment.url)) {
    return (
      <Button
        variant="outlined"
        fullWidth
        component="a"
        href={attachment.url}
        target="_blank"
        rel="noreferrer"
        startIcon={<IconFileText size={15} />}
        sx={looks}
      >
        {label}
      </Button>
    );
  }
  return (
    <Button
      variant="outlined"
      fullWidth
      loading={fetch.isPending}
      startIcon={<IconFileText size={15} />}
      onClick={() => fetch.mutate()}
      sx={looks}
    >
      {label}
    </Button>
  );
}

/** `expected_return_date` → `Expected return date`, for fields the catalogue cannot know. */
function readable(name: string): string {
  const words = name.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
