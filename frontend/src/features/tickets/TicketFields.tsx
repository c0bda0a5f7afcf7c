import '@/i18n/ticket';
import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TicketDetail } from '@/api/tickets';
import { Panel } from '@/components/ui/Panel';
import { formatDateTime } from '@/lib/time';

export function TicketFields({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation();
  const rows: [string, ReactNode][] = [
    [t('field.category'), [ticket.category, ticket.sub_category].filter(Boolean).join(' › ')],
    [t('field.submitted'), formatDateTime(ticket.submitted_at ?? ticket.received_at)],
    [t('field.source'), ticket.source_service.toUpperCase()],
    ...Object.entries(ticket.fields)
      .filter(([, value]) => value !== null && value !== '' && typeof value !== 'object')
      .map(([name, value]): [string, ReactNode] => [readable(name), String(value)]),
  ];
  return (
    <Panel title={t('ticket.details')}>
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: 'minmax(84px, max-content) minmax(0, 1fr)',
          rowGap: 0.875,
          columnGap: 1,
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
  );
}

/** `expected_return_date` → `Expected return date`, for fields the catalogue cannot know. */
function readable(name: string): string {
  const words = name.replace(/_/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
