import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment } from '@/api/comments';
import { timelineQuery } from '@/api/tasks';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowRight,
  IconCheck,
  IconCircleDot,
  IconFlag,
  IconHistory,
  IconMessageCircle,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrendingUp,
  IconUserCheck,
  IconX,
} from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import type { ToneName } from '@/theme/theme';
import { timelineLines } from './timelineLines';

const LOOK: Record<string, [typeof IconCheck, ToneName]> = {
  task_created: [IconFlag, 'green'],
  transition: [IconArrowRight, 'blue'],
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
  vote: [IconCheck, 'blue'],
  repooled: [IconArrowBackUp, 'amber'],
  owner_changed: [IconUserCheck, 'grey'],
  handing_off: [IconArrowRight, 'violet'],
  handoff_acknowledged: [IconCheck, 'green'],
  handoff_failed: [IconAlertTriangle, 'red'],
  completed: [IconCheck, 'green'],
  rejected: [IconX, 'red'],
  cancelled: [IconX, 'grey'],
  comment: [IconMessageCircle, 'grey'],
};

export function Timeline({ taskId, comments }: { taskId: number; comments: Comment[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const timeline = useQuery(timelineQuery(taskId));
  const lines = useMemo(() => timelineLines(timeline.data ?? [], comments, t), [timeline.data, comments, t]);

  if (timeline.isPending) return <LoadingRows rows={5} />;
  if (timeline.isError) return <ErrorState error={timeline.error} onRetry={() => timeline.refetch()} />;
  if (lines.length === 0) return <EmptyState icon={<IconHistory size={22} />} title={t('timeline.empty')} />;

  return (
    <Box component="ol" aria-label={t('timeline.title')} sx={{ listStyle: 'none', m: 0, p: 0, pt: 1.5 }}>
      {lines.map((line) => {
        const [Icon, tone] = LOOK[line.kind] ?? [IconCircleDot, 'grey'];
        return (
          <Box
            component="li"
            key={line.key}
            sx={{
              display: 'flex',
              gap: 1.5,
              pb: 1.75,
              position: 'relative',
              '&:not(:last-of-type)::before': {
                content: '""',
                position: 'absolute',
                left: 12,
                top: 26,
                bottom: 0,
                width: 2,
                bgcolor: 'divider',
                borderRadius: 1,
              },
            }}
          >
            <Box
              aria-hidden
              sx={{
                width: 26,
                height: 26,
                borderRadius: '50%',
                display: 'grid',
                placeItems: 'center',
                flexShrink: 0,
                bgcolor: `tone.${tone}.bg`,
                color: `tone.${tone}.fg`,
              }}
            >
              <Icon size={14} />
            </Box>
            <Box sx={{ flex: 1, minWidth: 0, pt: 0.25, fontSize: '0.8125rem' }}>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1 }}>
                <Box component="span" sx={{ fontWeight: 540 }}>
                  {line.text}
                </Box>
                <Box
                  component="time"
                  dateTime={line.at}
                  title={formatDateTime(line.at)}
                  sx={{ color: 'text.secondary', fontSize: '0.75rem', lineHeight: '20px' }}
                >
                  {formatRelative(line.at, now)}
                </Box>
              </Box>
              {line.note && (
                <Box
                  sx={{
                    color: 'text.secondary',
                    whiteSpace: 'pre-wrap',
                    overflowWrap: 'anywhere',
                    display: '-webkit-box',
                    WebkitLineClamp: 3,
                    WebkitBoxOrient: 'vertical',
                    overflow: 'hidden',
                  }}
                >
                  {line.note}
                </Box>
              )}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
