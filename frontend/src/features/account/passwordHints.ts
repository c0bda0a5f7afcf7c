/** The rules the auth service applies, as far as a browser can see them; the list of known passwords is the server's. */

export const HINTS = ['length', 'variety', 'notYou', 'notUs'] as const;
export type Hint = (typeof HINTS)[number];

export interface Judgement {
  fits: Record<Hint, boolean>;
  isGood: boolean;
  strength: Strength;
}

/** From nothing typed over refused to strong. */
export const STRENGTHS = ['none', 'weak', 'enough', 'good', 'strong'] as const;
export type Strength = (typeof STRENGTHS)[number];

export const SHORTEST = 12;
export const LONGEST = 128;
const FEWEST_CHARACTERS = 4;
const COMMON_WORDS = ['ticket', 'helpdesk', 'tracking', 'password', 'welcome', 'letmein', 'changeme'];

export function judgePassword(password: string, aboutYou: string[] = []): Judgement {
  const plain = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const own = aboutYou
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 4 && word !== 'example');
  const distinct = new Set(password).size;
  const fits = {
    length: password.length >= SHORTEST && password.length <= LONGEST,
    variety: distinct >= FEWEST_CHARACTERS,
    // A name inside a long sentence is fine; a password that is mostly the name is not.
    notYou: password !== '' && !isMostly(plain, own, 8),
    notUs: password !== '' && !isMostly(plain, COMMON_WORDS, 6),
  };
  const isGood = HINTS.every((hint) => fits[hint]);
  return { fits, isGood, strength: strengthOf(password, distinct, isGood) };
}

/** Whether little is left without these words. */
function isMostly(plain: string, words: readonly string[], least: number): boolean {
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), plain);
  return rest !== plain && rest.length < least;
}

function strengthOf(password: string, distinct: number, isGood: boolean): Strength {
  if (password === '') return 'none';
  if (!isGood) return 'weak';
  if (password.length >= 20 && distinct >= 10) return 'strong';
  if (password.length >= 15 && distinct >= 8) return 'good';
  return 'enough';
}
