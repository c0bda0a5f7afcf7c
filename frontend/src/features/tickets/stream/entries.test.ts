import { describe, expect, test } from 'vitest';
import type { Comment } from '@/api/comments';
import { mergeTimeline, type TimelineEvent } from '@/api/tasks';
import { agent, comment } from '@/test/fixtures';
import { entriesOf, isShown, standingReason } from './entries';

const at = (minute: number) => `2026-11-22T09:${String(minute).padStart(2, '0')}:00Z`;
const event = (
  seq: number,
  name: string,
  detail: TimelineEvent['detail'] = {},
  minute = seq,
): TimelineEvent => ({
  seq,
  event: name,
  actor: agent,
  reason_code: '',
  detail,
  at: at(minute),
});
const said = (id: number, minute: number, changes: Partial<Comment> = {}) =>
  comment(id, { created_at: at(minute), ...changes });
const keys = (
  events: TimelineEvent[],
  comments: Comment[],
  earlier: { events?: boolean; talk?: boolean } = {},
) =>
  entriesOf(
    { events, hasEarlier: earlier.events ?? false },
    { comments, hasEarlier: earlier.talk ?? false },
  ).map(({ key }) => key);

describe('the stream', () => {
  test('is what happened and what was said, by time', () => {
    expect(keys([event(1, 'claimed'), event(2, 'held', {}, 5)], [said(1, 3), said(2, 9)])).toEqual([
      'event-1',
      'comment-1',
      'event-2',
      'comment-2',
    ]);
  });

  test('puts what was said with an act behind it, before what else came of the act', () => {
    const acts = [event(1, 'transition', { client_id: 'c-1' }, 4), event(2, 'assigned', {}, 4)];
    expect(keys(acts, [said(7, 4, { client_id: 'c-1' })])).toEqual(['event-1', 'comment-7', 'event-2']);
  });

  test('does not mix up times that are written with and without fractions', () => {
    const first = said(1, 3);
    const later = { ...event(1, 'claimed'), at: '2026-11-22T09:03:00.250000Z' };
    expect(keys([later], [first])).toEqual(['comment-1', 'event-1']);
  });

  test('begins where both are loaded, so that nothing is missing in between', () => {
    const events = [event(1, 'claimed'), event(2, 'held'), event(3, 'resumed')];
    expect(keys(events, [said(8, 2), said(9, 5)], { talk: true })).toEqual([
      'event-2',
      'comment-8',
      'event-3',
      'comment-9',
    ]);
    expect(keys(events.slice(1), [said(8, 1), said(9, 5)], { events: true })).toEqual([
      'event-2',
      'event-3',
      'comment-9',
    ]);
  });

  test('shows by filter who reads it', () => {
    const all = entriesOf(
      { events: [event(1, 'claimed')], hasEarlier: false },
      { comments: [said(1, 2), said(2, 3, { visibility: 'public' })], hasEarlier: false },
    );
    const of = (filter: Parameters<typeof isShown>[1]) =>
      all.filter((each) => isShown(each, filter)).map(({ key }) => key);
    expect(of('all')).toHaveLength(3);
    expect(of('activity')).toEqual(['event-1']);
    expect(of('internal')).toEqual(['comment-1']);
    expect(of('public')).toEqual(['comment-2']);
  });
});

describe('a timeline that is fetched again', () => {
  const part = (from: number, to: number, hasEarlier: boolean) => ({
    events: Array.from({ length: to - from + 1 }, (_, index) => event(from + index, 'claimed', {}, 1)),
    hasEarlier,
  });
  const seqs = (timeline: { events: TimelineEvent[] }) => timeline.events.map(({ seq }) => seq);

  test('goes on from what is known, in both directions', () => {
    const newer = mergeTimeline(part(1, 3, false), part(4, 5, true));
    expect([seqs(newer), newer.hasEarlier]).toEqual([[1, 2, 3, 4, 5], false]);
    const older = mergeTimeline(part(4, 6, true), part(2, 4, true));
    expect([seqs(older), older.hasEarlier]).toEqual([[2, 3, 4, 5, 6], true]);
    expect(mergeTimeline(part(3, 6, true), part(1, 3, false)).hasEarlier).toBe(false);
  });

  test('is taken as it came where lines would be missing', () => {
    expect(seqs(mergeTimeline(part(1, 3, false), part(7, 8, true)))).toEqual([7, 8]);
  });
});

describe('the reason that stands over the acts', () => {
  const returned = event(2, 'transition', {
    transition: { id: 1, name: 'Send back', outcome: 'return' },
    comment: 'The serial number is missing.',
  });
  const reason = (events: TimelineEvent[], comments: Comment[] = []) =>
    standingReason(events, comments)?.reason ?? null;

  test.each([
    ['return', returned, 'The serial number is missing.'],
    ['transfer', event(2, 'transferred', { reason: 'You know it.' }), 'You know it.'],
    ['hold', event(2, 'held', { reason: 'We wait.' }), 'We wait.'],
    ['refusing vote', event(2, 'vote', { outcome: 'reject', comment: 'Too dear.' }), 'Too dear.'],
  ])('is that of the last %s', (_name, act, expected) => {
    expect(reason([event(1, 'claimed'), act])).toBe(expected);
  });

  test('stands while things merely happen, and until somebody acts', () => {
    const since = [event(3, 'assigned'), event(4, 'sla_at_risk'), event(5, 'priority_changed')];
    expect(reason([returned, ...since])).toBe('The serial number is missing.');
    const forward = event(6, 'transition', { transition: { id: 2, name: 'Resolve', outcome: 'forward' } });
    expect(reason([returned, ...since, forward])).toBeNull();
    expect(reason([event(1, 'held', { reason: 'We wait.' }), event(2, 'resumed')])).toBeNull();
  });

  test('is found on the line of the same act that carries it', () => {
    const vote = event(1, 'vote', { outcome: 'reject', comment: 'Too dear.' }, 3);
    const decided = event(2, 'transition', { transition: { outcome: 'reject' } }, 3);
    expect(reason([vote, decided, event(3, 'rejected', {}, 3)])).toBe('Too dear.');
    expect(reason([{ ...vote, at: at(1) }, decided])).toBeNull();
  });

  test('is what the comment with the act says now, and gone with it', () => {
    const held = event(1, 'held', { reason: 'We wait.', client_id: 'c-1' });
    expect(reason([held], [said(1, 1, { client_id: 'c-1', text: 'We wait for the fan.' })])).toBe(
      'We wait for the fan.',
    );
    expect(reason([held], [said(1, 1, { client_id: 'c-1', text: '', deleted_at: at(2) })])).toBeNull();
  });
});
