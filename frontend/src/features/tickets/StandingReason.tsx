import '@/i18n/ticket';
import { Alert, type AlertColor, Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { systemReason } from '@/lib/systemReason';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { describeEvent } from './describeEvent';
import { outcomeOf, type StandingReason as Standing } from './stream/entries';

const SEVERITY: Record<string, AlertColor> = {
  return: 'warning',
  reject: 'error',
  rejected: 'error',
  escalated: 'warning',
};

/** Why the ticket was returned, refused, transferred or held: what whoever acts next should read first. */
export function StandingReason({ standing: { event, reason } }: { standing: Standing }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <Alert
      severity={SEVERITY[outcomeOf(event) ?? event.event] ?? 'info'}
      role="note"
      aria-label={t('ticket.reason')}
      sx={{ mb: 1.5, alignItems: 'flex-start', '& .MuiAlert-message': { minWidth: 0 } }}
    >
      <Box component="span" sx={{ fontWeight: 620 }}>
        {describeEvent(event, t).text}
      </Box>{' '}
      <Box
        component="time"
        dateTime={event.at}
        title={formatDateTime(event.at)}
        sx={{ fontSize: '0.75rem', whiteSpace: 'nowrap' }}
      >
        {formatRelative(event.at, now)}
      </Box>
      <Box dir="auto" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {reason === event.detail.reason ? systemReason(event.reason_code, reason) : reason}
      </Box>
    </Alert>
  );
}
