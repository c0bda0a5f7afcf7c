import type { Comment, Talk } from '@/api/comments';
import type { Timeline, TimelineEvent } from '@/api/tasks';

/** One thing in the stream of a ticket. `sort` is its place: when, then what goes first at that moment. */
export type Entry = { key: string; at: string; sort: [number, number, number] } & (
  | { kind: 'comment'; comment: Comment }
  | { kind: 'event'; event: TimelineEvent; comment: Comment | undefined }
);

export const FILTERS = ['all', 'public', 'internal', 'activity'] as const;
export type Filter = (typeof FILTERS)[number];

/**
 * What was said and what happened, oldest first. A comment that went with an act follows it. Where one of the two
 * is not loaded as far back as the other, the stream begins where both are.
 */
export function entriesOf(timeline: Timeline, talk: Talk): Entry[] {
  const said = new Map(talk.comments.map((comment) => [comment.client_id, comment]));
  const acts = new Map<number, TimelineEvent>();
  const events = timeline.events.map((event): Entry => {
    const comment = commentOf(event, said);
    if (comment) acts.set(comment.id, event);
    const sort: Entry['sort'] = [Date.parse(event.at), 0, event.seq * 2];
    return { key: `event-${event.seq}`, at: event.at, sort, kind: 'event', event, comment };
  });
  const comments = talk.comments.map((comment): Entry => {
    const act = acts.get(comment.id);
    const at = comment.created_at;
    const sort: Entry['sort'] = act
      ? [Date.parse(act.at), 0, act.seq * 2 + 1]
      : [Date.parse(at), 1, comment.id];
    return { key: `comment-${comment.id}`, at, sort, kind: 'comment', comment };
  });
  const start = startOf(timeline, talk);
  return [...events, ...comments].filter(({ sort }) => sort[0] >= start).sort(inPlace);
}

/** The moment from which on nothing is missing. */
function startOf(timeline: Timeline, talk: Talk): number {
  const event = timeline.hasEarlier ? timeline.events[0]?.at : undefined;
  const comment = talk.hasEarlier ? talk.comments[0]?.created_at : undefined;
  return Math.max(...[event, comment].map((at) => (at ? Date.parse(at) : Number.NEGATIVE_INFINITY)));
}

function inPlace({ sort: a }: Entry, { sort: b }: Entry): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** What was said with an act, where it may be read and is loaded. */
function commentOf(
  { detail }: TimelineEvent,
  said: ReadonlyMap<string | null, Comment>,
): Comment | undefined {
  return typeof detail.client_id === 'string' ? said.get(detail.client_id) : undefined;
}

export function isShown(entry: Entry, filter: Filter): boolean {
  if (filter === 'all') return true;
  return entry.kind === 'event' ? filter === 'activity' : entry.comment.visibility === filter;
}

/** Acts whose reason the next person should know. */
const TELLING = new Set([
  'transferred',
  'escalated',
  'released',
  'held',
  'reopened',
  'rejected',
  'cancelled',
  'handoff_waived',
]);
/** Acts after which what was asked for before is seen to. */
const ANSWERING = new Set(['transition', 'vote', 'resumed', 'task_migrated', 'completed', ...TELLING]);

export interface StandingReason {
  event: TimelineEvent;
  reason: string;
}

/**
 * Why the ticket was returned, refused, transferred, held or the like, as long as nobody has acted on it since. What
 * was said with the act counts as the comment says it now; one that was deleted says nothing.
 */
export function standingReason(events: TimelineEvent[], comments: Comment[]): StandingReason | null {
  const said = new Map(comments.map((comment) => [comment.client_id, comment]));
  let at: string | null = null;
  for (const event of [...events].reverse()) {
    if (!ANSWERING.has(event.event)) continue;
    // One act can be several lines, as a vote, the transition it decides, and the end of the task.
    if (at !== null && event.at !== at) return null;
    at = event.at;
    const outcome = outcomeOf(event);
    const isTelling = outcome ? outcome === 'return' || outcome === 'reject' : TELLING.has(event.event);
    if (!isTelling) return null;
    const comment = commentOf(event, said);
    const reason = comment ? comment.text : String(event.detail.comment || event.detail.reason || '');
    if (reason) return { event, reason };
  }
  return null;
}

/** Where a transition or a vote leads; null for other events. */
export function outcomeOf({ event, detail }: TimelineEvent): string | null {
  if (event === 'vote') return String(detail.outcome);
  if (event !== 'transition') return null;
  return String((detail.transition as { outcome?: string } | undefined)?.outcome ?? 'forward');
}
