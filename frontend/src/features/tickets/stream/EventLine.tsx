import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Comment } from '@/api/comments';
import type { TimelineEvent } from '@/api/tasks';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowRight,
  IconCheck,
  IconCircleDot,
  IconFlag,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrendingUp,
  IconUserCheck,
  IconX,
} from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import type { ToneName } from '@/theme/theme';
import { describeEvent } from '../describeEvent';
import { outcomeOf } from './entries';

type Look = [icon: typeof IconCheck, tone: ToneName];

const LOOK: Record<string, Look> = {
  task_created: [IconFlag, 'green'],
  assigned: [IconUserCheck, 'violet'],
  claimed: [IconUserCheck, 'violet'],
  released: [IconArrowBackUp, 'grey'],
  transferred: [IconArrowRight, 'violet'],
  escalated: [IconTrendingUp, 'amber'],
  held: [IconPlayerPause, 'grey'],
  resumed: [IconPlayerPlay, 'blue'],
  priority_changed: [IconTrendingUp, 'amber'],
  sla_at_risk: [IconAlertTriangle, 'amber'],
  sla_breached: [IconAlertTriangle, 'red'],
  repooled: [IconArrowBackUp, 'amber'],
  owner_changed: [IconUserCheck, 'grey'],
  handing_off: [IconArrowRight, 'violet'],
  handoff_acknowledged: [IconCheck, 'green'],
  handoff_failed: [IconAlertTriangle, 'red'],
  completed: [IconCheck, 'green'],
  rejected: [IconX, 'red'],
  cancelled: [IconX, 'grey'],
};

const LOOK_OF_OUTCOME: Record<string, Look> = {
  forward: [IconArrowRight, 'blue'],
  approve: [IconCheck, 'green'],
  return: [IconArrowBackUp, 'amber'],
  reject: [IconX, 'red'],
};

const UNKNOWN: Look = [IconCircleDot, 'grey'];

interface Props {
  event: TimelineEvent;
  /** What was said with it, which stands below in its own place. */
  comment: Comment | undefined;
}

export function EventLine({ event, comment }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const outcome = outcomeOf(event);
  const [Icon, tone] = (outcome ? LOOK_OF_OUTCOME[outcome] : LOOK[event.event]) ?? UNKNOWN;
  const { text, note } = describeEvent(event, t);
  return (
    <Box
      data-event={event.event}
      sx={{ display: 'flex', gap: 1.25, px: 2, py: 0.625, fontSize: '0.8125rem', lineHeight: '20px' }}
    >
      <Box
        aria-hidden
        sx={{
          width: 20,
          height: 20,
          mx: '4px',
          borderRadius: '50%',
          display: 'grid',
          placeItems: 'center',
          flexShrink: 0,
          bgcolor: `tone.${tone}.bg`,
          color: `tone.${tone}.fg`,
        }}
      >
        <Icon size={12} />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {text}
        </Box>{' '}
        <Box
          component="time"
          dateTime={event.at}
          title={formatDateTime(event.at)}
          sx={{ color: 'text.secondary', fontSize: '0.75rem', whiteSpace: 'nowrap', marginInlineStart: 0.5 }}
        >
          {formatRelative(event.at, now)}
        </Box>
        {note && !comment && (
          <Box dir="auto" sx={{ whiteSpace: 'pre-wrap' }}>
            {note}
          </Box>
        )}
      </Box>
    </Box>
  );
}
