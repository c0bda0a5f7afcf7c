import { expect, test } from 'vitest';
import { joinTexts, splitTexts } from './texts';

test.each([[[]], [['a', 'b']], [['Desks, chairs', 'Back\\office', 'x\\,']], [['on\ntwo lines']]])(
  'a list comes back as it was: %j',
  (texts) => {
    expect(splitTexts(joinTexts(texts))).toEqual(texts);
  },
);

test('only bare commas divide, and what is empty is left out', () => {
  expect(joinTexts(['Desks, chairs', 'Legal'])).toBe('Desks\\, chairs,Legal');
  expect(splitTexts(',a,,b\\')).toEqual(['a', 'b\\']);
});
