import '@/i18n/ticket';
import type { TFunction } from 'i18next';
import { authorName, type Comment } from '@/api/comments';
import type { TimelineEvent } from '@/api/tasks';
import { describeEvent } from './describeEvent';

export interface Line {
  key: string;
  at: string;
  kind: string;
  text: string;
  note: string;
}

/**
 * What happened and what was said, newest first. Words that went with an act stand with the act, once; where their
 * comment was deleted, they are gone there too.
 */
export function timelineLines(events: TimelineEvent[], comments: Comment[], t: TFunction): Line[] {
  const said = new Map(comments.map((comment) => [comment.client_id, comment]));
  const acted = new Set<unknown>();
  const acts = events.map((event) => {
    const comment = said.get(event.detail.client_id as string);
    if (comment) acted.add(comment.client_id);
    const line = { key: `event-${event.seq}`, at: event.at, kind: event.event, ...describeEvent(event, t) };
    if (!comment || !line.note) return line;
    return { ...line, note: comment.deleted_at ? t('conversation.deleted') : comment.text };
  });
  const talk = comments
    .filter((comment) => comment.client_id === null || !acted.has(comment.client_id))
    .map((comment) => ({
      key: `comment-${comment.id}`,
      at: comment.created_at,
      kind: 'comment',
      text: t('timeline.comment', { name: authorName(comment) ?? t('conversation.gone') }),
      note: comment.deleted_at ? t('conversation.deleted') : comment.text,
    }));
  return [...acts, ...talk].sort((a, b) => b.at.localeCompare(a.at));
}
