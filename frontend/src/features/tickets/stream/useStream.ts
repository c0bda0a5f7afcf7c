import '@/i18n/ticket';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchTimeline, mergeTimeline, TIMELINE_PAGE_SIZE, type Timeline, timelineQuery } from '@/api/tasks';
import { problemText } from '@/components/ui/problemText';
import { showToast } from '@/components/ui/toast';
import type { Conversation } from '../conversation/useConversation';
import { useUnread } from '../conversation/useUnread';
import { entriesOf, type Filter, isShown, standingReason } from './entries';
import { useReading } from './useReading';

const NOTHING: Timeline = { events: [], hasEarlier: false };

/** What stands in the stream of a ticket, and where in it one reads. Without a task there is only talk. */
export function useStream(ticketNumber: string, taskId: number | null, conversation: Conversation) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [filter, setFilter] = useState<Filter>('all');
  const [isLoadingEarlier, setLoadingEarlier] = useState(false);
  const query = timelineQuery(taskId ?? 0);
  const asked = useQuery({ ...query, enabled: taskId !== null });
  const timeline = (taskId !== null && asked.data) || NOTHING;
  const { comments, hasEarlier: hasEarlierTalk, pending } = conversation;
  const unread = useUnread(ticketNumber, conversation, filter !== 'activity');

  // Both, or nothing would stay in its place.
  const isPending = conversation.isPending || (taskId !== null && asked.isPending && !asked.isPaused);
  const entries = useMemo(() => {
    if (isPending) return [];
    return entriesOf(timeline, { comments: comments ?? [], hasEarlier: hasEarlierTalk });
  }, [isPending, timeline, comments, hasEarlierTalk]);
  const shown = useMemo(() => entries.filter((entry) => isShown(entry, filter)), [entries, filter]);
  const standing = useMemo(() => standingReason(timeline.events, comments ?? []), [timeline, comments]);
  const firstUnread = shown.find((entry) => entry.kind === 'comment' && unread.ids.has(entry.comment.id));
  const newest = pending.at(-1);
  const reading = useReading({
    isReady: !isPending && unread.isKnown,
    last: newest?.clientId ?? entries.at(-1)?.key ?? '',
    isOwn: newest !== undefined,
  });

  const loadTimeline = async () => {
    if (taskId === null || !timeline.hasEarlier) return;
    const page = Math.floor(timeline.events.length / TIMELINE_PAGE_SIZE) + 1;
    const earlier = await fetchTimeline(taskId, page);
    queryClient.setQueryData<Timeline>(query.queryKey, (known) => mergeTimeline(known, earlier));
  };
  const loadEarlier = async () => {
    setLoadingEarlier(true);
    try {
      await Promise.all([conversation.loadEarlier(), loadTimeline()]);
    } catch (error) {
      showToast('error', problemText(error, t));
    } finally {
      setLoadingEarlier(false);
    }
  };

  return {
    entries: shown,
    events: timeline.events,
    standing,
    filter,
    setFilter,
    isPending,
    failed: [
      { name: 'comments', error: comments ? null : conversation.error, retry: conversation.refetch },
      { name: 'timeline', error: asked.data ? null : asked.error, retry: () => void asked.refetch() },
    ].filter(({ error }) => error),
    firstUnread: firstUnread?.key,
    hasEarlier: timeline.hasEarlier || hasEarlierTalk,
    isLoadingEarlier,
    loadEarlier: () => void loadEarlier(),
    reading,
  };
}
