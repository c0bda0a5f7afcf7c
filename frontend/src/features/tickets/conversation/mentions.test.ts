import { describe, expect, test } from 'vitest';
import { matching, mentionedIn, partsOf, queryAt } from './mentions';

const ana = { user_id: 1, full_name: 'Ana Ruiz' };
const anabel = { user_id: 2, full_name: 'Ana Ruizova' };
const jose = { user_id: 3, full_name: 'José (IT) Peña' };

describe('whom a text mentions', () => {
  test('is whom it names after an @, and nobody else', () =>
    expect(mentionedIn('@Ana Ruiz, look. Ana Ruizova knows.', [ana, anabel])).toEqual([1]));
  test('is not whose name merely begins the same', () =>
    expect(mentionedIn('@Ana Ruizova', [ana, anabel])).toEqual([2]));
  test('takes names with signs in them', () => expect(mentionedIn('@José (IT) Peña!', [jose])).toEqual([3]));
  test('is only the one chosen where two people have the same name', () => {
    const twin = { user_id: 9, full_name: 'Ana Ruiz' };
    expect(mentionedIn('@Ana Ruiz', [ana, twin], { 'Ana Ruiz': 9 })).toEqual([9]);
  });
  test.each(['`@Ana Ruiz`', '```\n@Ana Ruiz\n```', 'see\n```ts\n@Ana Ruiz'])(
    'is nobody in code: %j',
    (text) => expect(mentionedIn(text, [ana])).toEqual([]),
  );
  test('is who stands beside code', () => expect(mentionedIn('`a` @Ana Ruiz `b`, ```', [ana])).toEqual([1]));
  test('is nobody without people', () => expect(mentionedIn('@Ana Ruiz', [])).toEqual([]));
});

describe('what is typed after an @', () => {
  test('is found up to the caret', () =>
    expect(queryAt('Hello @an and more', 9)).toEqual({ start: 6, words: 'an' }));
  test('may hold a surname', () => expect(queryAt('@Ana Ru', 7)).toEqual({ start: 0, words: 'Ana Ru' }));
  test('is not in an address', () => expect(queryAt('write to me@example', 19)).toBeNull());
  test('ends with a line', () => expect(queryAt('@Ana\nRuiz', 9)).toBeNull());
  test('matches parts of names whatever their accents', () =>
    expect(matching([ana, jose], 'pen').map((each) => each.user_id)).toEqual([3]));
});

describe('a text', () => {
  test('is told apart into words, people and addresses', () =>
    expect(partsOf('@Ana Ruiz see https://example.com/a?b=1. Thanks', [ana])).toEqual([
      { kind: 'mention', text: '@Ana Ruiz' },
      { kind: 'text', text: ' see ' },
      { kind: 'link', text: 'https://example.com/a?b=1' },
      { kind: 'text', text: '. Thanks' },
    ]));
  test.each([
    ['https://example.com/wiki/Fan_(machine)', 'https://example.com/wiki/Fan_(machine)'],
    ['(https://example.com/a)', 'https://example.com/a'],
    ['[https://example.com/a].', 'https://example.com/a'],
  ])('%s holds the address %s', (text, address) =>
    expect(partsOf(text, []).find((part) => part.kind === 'link')?.text).toBe(address),
  );
  test('names nobody whom the server did not take as mentioned', () =>
    expect(partsOf('@Ana Ruiz', [])).toEqual([{ kind: 'text', text: '@Ana Ruiz' }]));
  test('never makes a link of a script', () =>
    expect(partsOf('javascript:alert(1)', [])).toEqual([{ kind: 'text', text: 'javascript:alert(1)' }]));
});
