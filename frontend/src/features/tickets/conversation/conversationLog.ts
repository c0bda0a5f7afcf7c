import type { Comment } from '@/api/comments';

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
  if (!known)
    return [...comments, incoming].sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id);
  if (incoming.seq < known.seq) return comments;
  return comments.map((comment, position) => (position === index ? incoming : comment));
}

/** A list fetched while events came in must not undo them. */
export function mergeFetched(known: Comment[] | undefined, fetched: Comment[]): Comment[] {
  if (!known) return fetched;
  const fetchedIds = new Set(fetched.map((comment) => comment.id));
  const newest = newestSeq(fetched);
  const kept = known.filter(
    (comment) => comment.seq > newest || (fetchedIds.has(comment.id) && isNewer(comment, fetched)),
  );
  return kept.reduce(upsertComment, fetched);
}

function isNewer(comment: Comment, fetched: Comment[]): boolean {
  return comment.seq > (fetched.find((each) => each.id === comment.id)?.seq ?? 0);
}

export interface Thread {
  comment: Comment;
  replies: Comment[];
}

/** Comments with their replies under them; a reply whose parent is out of sight stands alone. */
export function toThreads(comments: Comment[]): Thread[] {
  const ids = new Set(comments.map((comment) => comment.id));
  const replies = new Map<number, Comment[]>();
  for (const comment of comments) {
    if (comment.parent_id !== null && ids.has(comment.parent_id)) {
      replies.set(comment.parent_id, [...(replies.get(comment.parent_id) ?? []), comment]);
    }
  }
  return comments
    .filter((comment) => comment.parent_id === null || !ids.has(comment.parent_id))
    .map((comment) => ({ comment, replies: replies.get(comment.id) ?? [] }));
}

/** The comments of others that this person has not seen: the newest `count` of them. */
export function unreadAmong(comments: Comment[], count: number, userId: number): number[] {
  if (count <= 0) return [];
  return comments
    .filter((comment) => comment.deleted_at === null && comment.author?.user_id !== userId)
    .slice(-count)
    .map((comment) => comment.id);
}
