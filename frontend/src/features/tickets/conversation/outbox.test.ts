import { describe, expect, test } from 'vitest';
import { keepOutbox, type Pending, pendingReducer, readOutbox } from './outbox';

const pending: Pending = {
  clientId: 'a',
  text: 'hello',
  visibility: 'internal',
  parentId: null,
  mentions: [8],
  createdAt: '2026-11-22T09:00:00Z',
  failure: null,
  uploads: [],
};

describe('what is not confirmed yet', () => {
  test('waits, fails, is tried again and settles', () => {
    const failure = { waits: true, reason: 'No connection' };
    let state = pendingReducer([], { type: 'add', pending });
    state = pendingReducer(state, { type: 'fail', clientId: 'a', failure });
    expect(state[0]?.failure).toEqual(failure);
    state = pendingReducer(state, { type: 'retry', clientId: 'a' });
    expect(state[0]?.failure).toBeNull();
    expect(pendingReducer(state, { type: 'settle', clientId: 'a' })).toEqual([]);
  });

  test('is kept over a reload, under the same id, and waits for the line', () => {
    keepOutbox(7, 'TX1', [pending]);
    expect(readOutbox(7, 'TX1')).toEqual([{ ...pending, failure: { waits: true, reason: '' } }]);
  });

  test("is nobody else's, and of no other ticket", () => {
    keepOutbox(7, 'TX1', [pending]);
    expect(readOutbox(8, 'TX1')).toEqual([]);
    expect(readOutbox(7, 'TX2')).toEqual([]);
  });

  test('keeps its files over a reload: they are on the server', () => {
    const file = { id: 5, file_name: 'photo.png', size: 1, expires_at: '2026-11-29T09:00:00Z' };
    keepOutbox(7, 'TX1', [{ ...pending, uploads: [file] }]);
    expect(readOutbox(7, 'TX1')[0]?.uploads).toEqual([file]);
  });

  test('leaves nothing behind once all is confirmed', () => {
    keepOutbox(7, 'TX1', [pending]);
    keepOutbox(7, 'TX1', []);
    expect(localStorage.length).toBe(0);
  });
});
