import type { Person } from '@/api/types';

/** A name as it stands in a text: `@Peter Novak`, and not the beginning of a longer name. */
function pattern(names: string[]): RegExp | null {
  if (names.length === 0) return null;
  const any = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return new RegExp(`@(${any})(?![\\p{L}\\p{N}])`, 'gu');
}

/** Whom a text names; it is read from the words, so that a draft keeps its mentions over a reload. */
export function mentionedIn(text: string, people: Person[]): number[] {
  const found = pattern(people.map((person) => person.full_name));
  if (!found) return [];
  const names = new Set([...text.matchAll(found)].map((match) => match[1]));
  return people.filter((person) => names.has(person.full_name)).map((person) => person.user_id);
}

export interface Query {
  /** Where the `@` stands. */
  start: number;
  words: string;
}

/** What is being typed after an `@`, if the caret stands in such a word. A name has at most three parts here. */
export function queryAt(text: string, caret: number): Query | null {
  const match = /(?:^|[\s(])@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]+){0,2})$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const words = match[1] ?? '';
  return { start: caret - words.length - 1, words };
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** People whose name, or a part of it, begins with what was typed. */
export function matching(people: Person[], words: string): Person[] {
  const wanted = folded(words);
  return people.filter((person) => {
    const name = folded(person.full_name);
    return name.startsWith(wanted) || name.split(' ').some((part) => part.startsWith(wanted));
  });
}

export type Part = { kind: 'text' | 'mention' | 'link'; text: string };

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]]/g;

/** A comment's text with the people it mentions and the addresses in it told apart. */
export function partsOf(text: string, mentions: Person[]): Part[] {
  const found = pattern(mentions.map((person) => person.full_name));
  const marks = [
    ...[...text.matchAll(ADDRESS)].map((match) => ({ kind: 'link' as const, match })),
    ...(found ? [...text.matchAll(found)].map((match) => ({ kind: 'mention' as const, match })) : []),
  ].sort((a, b) => a.match.index - b.match.index);
  const parts: Part[] = [];
  let at = 0;
  for (const { kind, match } of marks) {
    if (match.index < at) continue;
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) });
    parts.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}
