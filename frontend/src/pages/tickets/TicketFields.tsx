import { Box, Button, Link as MuiLink } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TicketDetail } from '@/api/tickets';
import { IconFileText } from '@/components/ui/icons';
import { Panel } from '@/components/ui/Panel';
import { formatBytes, formatDateTime } from '@/format/time';

export function TicketFields({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation();
  const rows: [string, ReactNode][] = [
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
        {ticket.description && (
          <Box sx={{ fontSize: '0.8125rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', mb: 1.5 }}>
            {ticket.description}
          </Box>
        )}
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
      {ticket.requester && (
        <Panel title={t('ticket.requester')}>
          <Box sx={{ fontSize: '0.8125rem', display: 'grid', gap: 0.25 }}>
            <Box sx={{ fontWeight: 600 }}>{ticket.requester.name}</Box>
            {ticket.requester.email && (
              <MuiLink href={`mailto:${ticket.requester.email}`}>{ticket.requester.email}</MuiLink>
            )}
          </Box>
        </Panel>
      )}
      {ticket.attachments.length > 0 && (
        <Panel title={t('ticket.attachments', { count: ticket.attachments.length })}>
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.75 }}>
            {ticket.attachments.map((attachment) => (
              <li key={attachment.id}>
                <Button
                  variant="outlined"
                  fullWidth
                  startIcon={<IconFileText size={15} />}
                  sx={{ justifyContent: 'flex-start', fontWeight: 500 }}
                >
                  <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
                    {attachment.file_name}
                  </Box>
                  <Box component="span" sx={{ color: 'text.secondary', ml: 'auto', pl: 1 }}>
                    {formatBytes(attachment.size)}
                  </Box>
                </Button>
              </li>
            ))}
          </Box>
        </Panel>
      )}
    </>
  );
}

/** `expected_return_date` → `Expected return date`, for fields the catalogue cannot know. */
function readable(name: string): string {
  const words = name.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
