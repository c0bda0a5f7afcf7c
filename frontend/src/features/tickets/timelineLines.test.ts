import { expect, test } from 'vitest';
import type { Comment } from '@/api/comments';
import type { TimelineEvent } from '@/api/tasks';
import { i18next } from '@/i18n';
import { timelineLines } from './timelineLines';

const held = {
  seq: 4,
  event: 'held',
  actor: { user_id: 7, full_name: 'Amara Okafor' },
  detail: { reason: 'We wait for the part.', client_id: 'c-1' },
  at: '2026-03-02T12:00:00Z',
} as TimelineEvent;
const comment = (id: number, changes: Partial<Comment>) =>
  ({
    id,
    author: { user_id: 7, full_name: 'Amara Okafor' },
    outside_author: null,
    text: 'We wait for the part.',
    client_id: null,
    created_at: '2026-03-02T12:00:01Z',
    deleted_at: null,
    ...changes,
  }) as Comment;
const notes = (comments: Comment[]) =>
  timelineLines([held], comments, i18next.t).map((line) => [line.kind, line.note]);

test('words that went with an act stand there once', () => {
  expect(notes([comment(1, { client_id: 'c-1' }), comment(2, { text: 'Else.' })])).toEqual([
    ['comment', 'Else.'],
    ['held', 'We wait for the part.'],
  ]);
});

test('what was deleted from the conversation is not shown with the act either', () => {
  const deleted = comment(1, { client_id: 'c-1', text: '', deleted_at: '2026-03-02T13:00:00Z' });
  expect(notes([deleted])).toEqual([['held', 'This comment was deleted.']]);
});

test('an act whose comment is not here, as for somebody who may not read it, keeps its reason', () => {
  expect(notes([])).toEqual([['held', 'We wait for the part.']]);
});
