import { describe, expect, test } from 'vitest';
import type { Comment } from '@/api/comments';
import { agent, comment } from '@/test/fixtures';
import {
  addEarlier,
  advance,
  closeGap,
  mergeTalk,
  unreadAmong,
  upsertComment,
  withComment,
} from './conversationLog';

const talk = (comments: Comment[], hasEarlier = false) => ({ comments, hasEarlier });
const ids = ({ comments }: { comments: Comment[] }) => comments.map((each) => each.id);

describe('the position in the sequence', () => {
  const start = { lastSeq: 5, hasGap: false };

  test('moves on with the next event', () =>
    expect(advance(start, 6)).toEqual({ lastSeq: 6, hasGap: false }));
  test('ignores what it already has', () => expect(advance(start, 4)).toBe(start));
  test('stays before a hole and remembers it', () =>
    expect(advance(start, 8)).toEqual({ lastSeq: 5, hasGap: true }));
  test('goes to where the replay ended', () =>
    expect(closeGap({ lastSeq: 5, hasGap: true }, 9)).toEqual({ lastSeq: 9, hasGap: false }));
  test('never goes back', () => expect(closeGap({ lastSeq: 12, hasGap: true }, 9).lastSeq).toBe(12));
});

describe('a comment that arrives', () => {
  test('is put in the order of writing', () => {
    const list = upsertComment([comment(1), comment(3)], comment(2));
    expect(list.map((each) => each.id)).toEqual([1, 2, 3]);
  });

  test('replaces the older state of itself', () => {
    const list = upsertComment([comment(1), comment(2)], comment(1, { text: 'edited', seq: 9 }));
    expect(list.map((each) => each.text)).toEqual(['edited', 'comment 2']);
  });

  test('changes nothing when it is older than what is known', () => {
    const known = [comment(1, { text: 'edited', seq: 9 })];
    expect(upsertComment(known, comment(1))).toBe(known);
  });
});

describe('a fetched list', () => {
  test('does not undo what the socket brought meanwhile', () => {
    const known = [comment(1, { text: 'edited', seq: 9 }), comment(10)];
    const merged = mergeTalk(talk(known), talk([comment(1)]));
    expect(merged.comments.map((each) => [each.id, each.text])).toEqual([
      [1, 'edited'],
      [10, 'comment 10'],
    ]);
  });

  test('drops what is not there any more', () => {
    expect(ids(mergeTalk(talk([comment(1), comment(2)]), talk([comment(3)])))).toEqual([3]);
  });

  test('keeps what was loaded before its page, as long as nothing can be missing between', () => {
    const known = talk([comment(1), comment(2), comment(3)]);
    const joined = mergeTalk(known, talk([comment(3), comment(4)], true));
    expect([ids(joined), joined.hasEarlier]).toEqual([[1, 2, 3, 4], false]);
    const apart = mergeTalk(known, talk([comment(8), comment(9)], true));
    expect([ids(apart), apart.hasEarlier]).toEqual([[8, 9], true]);
  });

  test('of earlier comments stands before what is known', () => {
    const whole = addEarlier(
      talk([comment(3, { text: 'edited', seq: 9 }), comment(4)], true),
      talk([comment(2), comment(3)], true),
    );
    expect(whole.comments.map((each) => each.text)).toEqual(['comment 2', 'edited', 'comment 4']);
    expect(whole.hasEarlier).toBe(true);
  });

  test('is not filled with holes by an event about a comment that is not loaded', () => {
    const known = talk([comment(5), comment(6)], true);
    expect(withComment(known, comment(2, { seq: 30 }))).toBe(known);
    expect(ids(withComment(known, comment(7)))).toEqual([5, 6, 7]);
  });
});

describe('what is unread', () => {
  test('is the newest of the others, not what oneself wrote or what is gone', () => {
    const comments = [
      comment(1),
      comment(2),
      comment(3, { author: agent }),
      comment(4, { deleted_at: '2026-11-22T10:00:00Z' }),
      comment(5),
    ];
    expect(unreadAmong(comments, 2, agent.user_id)).toEqual([2, 5]);
    expect(unreadAmong(comments, 0, agent.user_id)).toEqual([]);
  });
});
