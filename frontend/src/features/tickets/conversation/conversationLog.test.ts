import { describe, expect, test } from 'vitest';
import { agent, comment } from '@/test/fixtures';
import { advance, closeGap, mergeFetched, toThreads, unreadAmong, upsertComment } from './conversationLog';

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
    const merged = mergeFetched(known, [comment(1)]);
    expect(merged.map((each) => [each.id, each.text])).toEqual([
      [1, 'edited'],
      [10, 'comment 10'],
    ]);
  });

  test('drops what is not there any more', () => {
    expect(mergeFetched([comment(1), comment(2)], [comment(3)]).map((each) => each.id)).toEqual([3]);
  });
});

describe('threads', () => {
  test('replies stand under their comment', () => {
    const threads = toThreads([comment(1), comment(2, { parent_id: 1 }), comment(3)]);
    expect(threads.map((thread) => [thread.comment.id, thread.replies.map((reply) => reply.id)])).toEqual([
      [1, [2]],
      [3, []],
    ]);
  });

  test('a reply whose parent is out of sight stands alone', () => {
    expect(toThreads([comment(2, { parent_id: 1 })])).toHaveLength(1);
  });
});

describe('what is unread', () => {
  test('is the newest of the others, not what oneself wrote or what is gone', () => {
    const talk = [
      comment(1),
      comment(2),
      comment(3, { author: agent }),
      comment(4, { deleted_at: '2026-11-22T10:00:00Z' }),
      comment(5),
    ];
    expect(unreadAmong(talk, 2, agent.user_id)).toEqual([2, 5]);
    expect(unreadAmong(talk, 0, agent.user_id)).toEqual([]);
  });
});
