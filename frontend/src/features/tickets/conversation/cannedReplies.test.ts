import { describe, expect, test } from 'vitest';
import { cannedReply } from '@/test/fixtures';
import { matchingReplies, slashAt } from './cannedReplies';
import { filledIn, firstName, gapsIn, type PlaceholderValues } from './placeholders';

const values: PlaceholderValues = {
  'ticket.number': 'TX1',
  'ticket.subject': 'No sound',
  'ticket.category': '',
  'ticket.priority': 'high',
  'requester.name': 'Olga {{step}} Berg',
  'requester.first_name': '',
  'agent.name': 'Ines Costa',
  'agent.first_name': 'Ines',
  workflow: 'IT Support',
  step: 'Resolve',
};

describe('a slash', () => {
  test.each([
    ['/', 1, { start: 0, words: '' }],
    ['/tha', 4, { start: 0, words: 'tha' }],
    ['Hello /tha', 10, { start: 6, words: 'tha' }],
    ['Hello\n/pass res', 15, { start: 6, words: 'pass res' }],
    ['/tha and more', 4, { start: 0, words: 'tha' }],
  ])('opens the menu at the start of a line and after a blank: %j', (text, caret, query) =>
    expect(slashAt(text, caret)).toEqual(query),
  );

  test.each([
    ['and/or', 6],
    ['/var/log', 8],
    ['60 km / h', 8],
    ['https://x', 9],
    ['/tha\n', 5],
    ['/tha', 0],
  ])('is text in the middle of a word, in a path, and before a blank: %j', (text, caret) =>
    expect(slashAt(text, caret)).toBeNull(),
  );
});

test('replies are found by title first, by every word, without accents', () => {
  const replies = [
    cannedReply(1, { title: 'We are closing', text: 'Nothing was heard.' }),
    cannedReply(2, { title: 'Passwort zurücksetzen', text: 'Use the link.' }),
    cannedReply(3, { title: 'Closing', text: 'Bye.' }),
    cannedReply(4, { title: 'Away', text: 'We are closing early.' }),
  ];
  const found = (typed: string) => matchingReplies(replies, typed).map(({ id }) => id);
  expect(found('clos')).toEqual([3, 1, 4]);
  expect(found('zurucksetzen pass')).toEqual([2]);
  expect(found('closing mars')).toEqual([]);
  expect(found('')).toEqual([4, 3, 2, 1]);
});

describe('placeholders', () => {
  test('are filled in once; what has no value or is unknown stays', () =>
    expect(
      filledIn(
        '{{ requester.name }}, {{requester.first_name}}: {{ticket.number}} {{other}} {{step}}',
        values,
      ),
    ).toBe('Olga {{step}} Berg, {{requester.first_name}}: TX1 {{other}} Resolve'));

  test('that stand in a text are gaps; braces of something else are none', () =>
    expect(gapsIn('Dear {{requester.first_name}}, {{other}} {{ step }}')).toEqual([
      { start: 5, end: 29, words: '{{requester.first_name}}' },
      { start: 41, end: 51, words: '{{ step }}' },
    ]));

  test.each([
    ['Olga Berg', 'Olga'],
    ['Berg, Olga Maria', 'Olga'],
    ['', ''],
    ['Cher', 'Cher'],
  ])('a first name of %j', (full, first) => expect(firstName(full)).toBe(first));
});
