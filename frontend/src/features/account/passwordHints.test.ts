import { describe, expect, test } from 'vitest';
import { judgePassword } from './passwordHints';

describe('a password', () => {
  test.each([
    ['short', 'length'],
    ['a'.repeat(129), 'length'],
    ['aaaaaaaaabbbbbbbbb', 'variety'],
    ['password1234', 'notUs'],
    ['costa-ines-12', 'notYou'],
  ] as const)('%s is refused for its %s', (password, hint) => {
    const judged = judgePassword(password, ['Ines Costa', 'ines.costa@example.com']);
    expect(judged.fits[hint]).toBe(false);
    expect(judged.isGood).toBe(false);
    expect(judged.strength).toBe('weak');
  });

  test.each([
    ['four-ravens-sing', 'good'],
    ['quiet rivers carry old stones', 'strong'],
    ['xK9-mountain', 'enough'],
  ] as const)('%s is taken, with strength %s', (password, strength) => {
    expect(judgePassword(password, ['Ines Costa'])).toMatchObject({ isGood: true, strength });
  });

  test('nothing typed is no failure to shout about', () => {
    expect(judgePassword('').strength).toBe('none');
  });

  test('a long sentence may hold a name or a word of the product', () => {
    expect(judgePassword('costa always pays for the ticket home', ['Ines Costa']).isGood).toBe(true);
  });
});
