import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { TicketDetail } from '@/api/tickets';
import { Grow, Text } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { Files } from '../files/Files';
import { filesOfTicket } from '../files/shownFile';

/** What is asked for, whole, in the words of the one who asks. */
export function Request({ ticket }: { ticket: TicketDetail }) {
  const { t } = useTranslation();
  const now = useNow();
  const at = ticket.submitted_at ?? ticket.received_at;
  const name = ticket.requester?.name || ticket.requester?.email || t('conversation.gone');
  return (
    <Box
      component="article"
      aria-label={t('ticket.request')}
      sx={{ display: 'flex', gap: 1.25, px: 2, py: 1.25 }}
    >
      <PersonAvatar person={{ user_id: 0, full_name: name }} size={28} />
      <Grow>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, minHeight: 28 }}>
          <Box component="span" sx={{ fontSize: '0.8125rem', fontWeight: 620 }}>
            {name}
          </Box>
          <Text component="span" variant="hint">
            {t('ticket.request')}
          </Text>
          <Text component="time" dateTime={at} title={formatDateTime(at)} variant="hint">
            {formatRelative(at, now)}
          </Text>
        </Box>
        <Box
          dir="auto"
          sx={{
            maxWidth: 820,
            fontSize: '0.875rem',
            lineHeight: 1.6,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            ...(!ticket.description && { color: 'text.secondary' }),
          }}
        >
          {ticket.description || t('ticket.noDescription')}
        </Box>
        {ticket.attachments.length > 0 && <Files files={filesOfTicket(ticket)} />}
      </Grow>
    </Box>
  );
}
