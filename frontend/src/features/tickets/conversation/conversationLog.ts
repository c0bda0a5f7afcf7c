import { type Comment, inOrder, type Talk } from '@/api/comments';

/**
 * Where this client stands in the ticket's sequence of events. `lastSeq` is the end of what arrived without a
 * hole; an event beyond it is shown at once, and the hole is asked for with `resume`.
 */
export interface Position {
  lastSeq: number;
  hasGap: boolean;
}

export function advance(position: Position, seq: number): Position {
  if (seq <= position.lastSeq) return position;
  if (seq === position.lastSeq + 1) return { ...position, lastSeq: seq };
  return { ...position, hasGap: true };
}

/** After a replay the hole is closed: what did not come was not for this person to see. */
export function closeGap(position: Position, seq: number): Position {
  return { lastSeq: Math.max(position.lastSeq, seq), hasGap: false };
}

export function newestSeq(comments: Comment[]): number {
  return comments.reduce((newest, comment) => Math.max(newest, comment.seq ?? 0), 0);
}

/** Put a comment where it belongs; one that is older than what is known changes nothing. */
export function upsertComment(comments: Comment[], incoming: Comment): Comment[] {
  const index = comments.findIndex((comment) => comment.id === incoming.id);
  const known = comments[index];
  if (!known) return [...comments, incoming].sort(inOrder);
  if (incoming.seq < known.seq) return comments;
  return comments.map((comment, position) => (position === index ? incoming : comment));
}

/**
 * What is known of a conversation with a page fetched meanwhile. A page of earlier comments is added; a newest page
 * must not undo what events brought.
 */
export function mergeTalk(known: Talk | undefined, fetched: Talk): Talk {
  if (!known) return fetched;
  const newest = newestSeq(fetched.comments);
  const fetchedIds = new Set(fetched.comments.map((comment) => comment.id));
  const oldest = fetched.hasEarlier ? Math.min(...fetchedIds) : 0;
  const isJoined = known.comments.some((comment) => fetchedIds.has(comment.id));
  const kept = known.comments.filter((comment) => {
    if (fetchedIds.has(comment.id)) return isNewer(comment, fetched.comments);
    // Before the page: kept, unless unknown ones lie between.
    return comment.id < oldest ? isJoined : comment.seq > newest;
  });
  const reachesBack = known.comments.some((comment) => comment.id < oldest);
  return {
    comments: kept.reduce(upsertComment, fetched.comments),
    hasEarlier: isJoined && reachesBack ? known.hasEarlier : fetched.hasEarlier,
  };
}

/** Put earlier comments before those that are known. */
export function addEarlier(known: Talk, earlier: Talk): Talk {
  return { comments: known.comments.reduce(upsertComment, earlier.comments), hasEarlier: earlier.hasEarlier };
}

/** Take in a comment that an event brought, unless its place is before all that is known. */
export function withComment(known: Talk, incoming: Comment): Talk {
  const first = known.comments[0];
  if (known.hasEarlier && first && inOrder(incoming, first) < 0) return known;
  return { ...known, comments: upsertComment(known.comments, incoming) };
}

function isNewer(comment: Comment, fetched: Comment[]): boolean {
  return comment.seq > (fetched.find((each) => each.id === comment.id)?.seq ?? 0);
}

/** The comments of others that this person has not seen: the newest `count` of them. */
export function unreadAmong(comments: Comment[], count: number, userId: number): number[] {
  if (count <= 0) return [];
  return comments
    .filter((comment) => comment.deleted_at === null && comment.author?.user_id !== userId)
    .slice(-count)
    .map((comment) => comment.id);
}
