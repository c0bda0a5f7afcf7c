import '@/i18n/identity';
import '@/i18n/calendarFeeds';
import { Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type CalendarFeed,
  calendarFeedsKey,
  calendarFeedsQuery,
  revokeCalendarFeed,
} from '@/api/calendarFeeds';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { List, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconCalendar } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { alarmText } from './calendarAlarm';
import { NewCalendarFeedDialog } from './NewCalendarFeedDialog';

/** One's links for calendar programs. The links themselves are shown when they are made, and never again. */
export function CalendarTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const feeds = useQuery(calendarFeedsQuery());
  const [isCreating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<CalendarFeed | null>(null);
  const revoke = useMutation({
    mutationFn: (feed: CalendarFeed) => revokeCalendarFeed(feed.id),
    onSuccess: (_, feed) => showToast('success', t('feeds.revoked', { name: feed.name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => {
      setRevoking(null);
      void queryClient.invalidateQueries({ queryKey: calendarFeedsKey });
    },
  });
  return (
    <Panel
      flush
      title={t('feeds.title')}
      action={
        <Button variant="text" onClick={() => setCreating(true)}>
          {t('feeds.new')}
        </Button>
      }
    >
      <QueryState query={feeds} rows={2} height={54} />
      {feeds.data?.length === 0 && (
        <EmptyState icon={<IconCalendar size={22} />} title={t('feeds.none')} hint={t('feeds.noneHint')} />
      )}
      {feeds.data && feeds.data.length > 0 && <FeedList feeds={feeds.data} onRevoke={setRevoking} />}
      <Box
        sx={{
          px: 2,
          py: 1.25,
          borderTop: 1,
          borderColor: 'divider',
          fontSize: '0.75rem',
          color: 'text.secondary',
        }}
      >
        {t('feeds.hint')}
      </Box>
      {isCreating && <NewCalendarFeedDialog onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          open
          title={t('feeds.revokeNamed', { name: revoking.name })}
          text={t('feeds.revokeText')}
          confirm={t('feeds.revoke')}
          busy={revoke.isPending}
          onClose={() => setRevoking(null)}
          onConfirm={() => revoke.mutate(revoking)}
        />
      )}
    </Panel>
  );
}

function FeedList({ feeds, onRevoke }: { feeds: CalendarFeed[]; onRevoke: (feed: CalendarFeed) => void }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <List aria-label={t('feeds.title')}>
      {feeds.map((feed) => (
        <Box
          component="li"
          key={feed.id}
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            gap: 1.5,
            px: 2,
            py: 1.25,
            borderBottom: 1,
            borderColor: 'divider',
            '&:last-of-type': { borderBottom: 0 },
            '& > svg': { color: 'text.secondary', flexShrink: 0 },
          }}
        >
          <IconCalendar size={20} aria-hidden />
          <Box sx={{ flex: '1 1 220px', minWidth: 0, fontSize: '0.8125rem' }}>
            <Box sx={{ fontWeight: 580, overflowWrap: 'anywhere' }}>{feed.name}</Box>
            <Text variant="hint">
              {[
                feed.last_used_at
                  ? t('feeds.usedAt', { when: formatRelative(feed.last_used_at, now) })
                  : t('feeds.neverUsed'),
                t('feeds.createdAt', { when: formatDateTime(feed.created_at) }),
                feed.alarm_minutes === null
                  ? t('feeds.noAlarm')
                  : t('feeds.alarmIs', { when: alarmText(feed.alarm_minutes, t) }),
              ].join(' · ')}
            </Text>
          </Box>
          <Button
            variant="outlined"
            color="error"
            aria-label={t('feeds.revokeNamed', { name: feed.name })}
            onClick={() => onRevoke(feed)}
          >
            {t('feeds.revoke')}
          </Button>
        </Box>
      ))}
    </List>
  );
}
