import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { fetchReadState, rememberRead } from '@/api/comments';
import { useUser } from '@/context/SessionContext';
import { newestSeq, unreadAmong } from './conversationLog';
import type { Conversation } from './useConversation';

const SEEN_AFTER_MS = 800;

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

export interface Unread {
  ids: ReadonlySet<number>;
  /** Whether it is clear by now what was unread at opening. */
  isKnown: boolean;
}

/**
 * Which comments are new to this person: those they had not read when they came, and those that arrived while they
 * looked elsewhere. What is on the screen is remembered as read; the marks stay until the page is left.
 */
export function useUnread(
  ticketNumber: string,
  { comments, sayRead }: Pick<Conversation, 'comments' | 'sayRead'>,
  isShown: boolean,
): Unread {
  const { user_id } = useUser();
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible') && isShown;
  const atOpening = useQuery({
    queryKey: ['read-state', ticketNumber],
    queryFn: () => fetchReadState(ticketNumber),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const [unread, setUnread] = useState<Unread>({ ids: new Set(), isKnown: false });
  const knownRef = useRef<Set<number> | null>(null);
  const rememberedRef = useRef(0);
  // Without an answer nothing is marked.
  const count = atOpening.isError ? 0 : atOpening.data?.unread_comments;

  useEffect(() => {
    if (!comments || count === undefined) return;
    const known = knownRef.current;
    knownRef.current = new Set(comments.map((comment) => comment.id));
    const fresh = known
      ? comments
          .filter((comment) => !known.has(comment.id) && comment.author?.user_id !== user_id && !isVisible)
          .map((comment) => comment.id)
      : unreadAmong(comments, count, user_id);
    if (fresh.length > 0 || !known) {
      setUnread((before) => ({ ids: new Set([...before.ids, ...fresh]), isKnown: true }));
    }
  }, [comments, count, isVisible, user_id]);

  const newest = comments ? newestSeq(comments) : 0;
  const lastRead = atOpening.data?.last_read_seq;
  useEffect(() => {
    if (!isVisible || lastRead === undefined || newest <= Math.max(lastRead, rememberedRef.current)) return;
    const timer = setTimeout(() => {
      const before = rememberedRef.current;
      rememberedRef.current = newest;
      if (sayRead(newest)) return;
      rememberRead(ticketNumber, newest).catch(() => {
        // Nothing is lost but the mark; the next comment tries again.
        rememberedRef.current = before;
      });
    }, SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isVisible, lastRead, newest, ticketNumber, sayRead]);

  return unread;
}
