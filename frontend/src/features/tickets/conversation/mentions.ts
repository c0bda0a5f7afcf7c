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

/** Lines of code and code within a line, where an `@` names nobody. */
const CODE = /^ {0,3}```[^`\n]*\n[\s\S]*?(?:^ {0,3}```|$(?![\s\S]))|`[^`\n]+`/gm;

/** Whom a text names, outside code. `picked`: who was chosen for a name that several people have. */
export function mentionedIn(
  text: string,
  people: Person[],
  picked: Readonly<Record<string, number>> = {},
): number[] {
  const found = pattern(people.map((person) => person.full_name));
  if (!found) return [];
  const names = new Set([...text.replace(CODE, ' ').matchAll(found)].map((match) => match[1]));
  return people
    .filter((person) => names.has(person.full_name))
    .filter((person) => (picked[person.full_name] ?? person.user_id) === person.user_id)
    .map((person) => person.user_id);
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
export function matching<P extends Person>(people: P[], words: string): P[] {
  const wanted = folded(words);
  return people.filter((person) => {
    const name = folded(person.full_name);
    return name.startsWith(wanted) || name.split(' ').some((part) => part.startsWith(wanted));
  });
}

export type Part = { kind: 'text' | 'mention' | 'link'; text: string };

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
const CLOSING: Record<string, string> = { ')': '(', ']': '[' };
const countOf = (text: string, sign: string) => text.split(sign).length - 1;

/** An address without the punctuation after it; a bracket that it opened itself is its own. */
function trimmed(address: string): string {
  const last = address.at(-1) ?? '';
  const opening = CLOSING[last];
  const isForeign = opening ? countOf(address, last) > countOf(address, opening) : '.,:;!?'.includes(last);
  return isForeign && last ? trimmed(address.slice(0, -1)) : address;
}

/** A comment's text with the people it mentions and the addresses in it told apart. */
export function partsOf(text: string, mentions: Person[]): Part[] {
  const found = pattern(mentions.map((person) => person.full_name));
  const marks = [
    ...[...text.matchAll(ADDRESS)].map((match) => ({
      kind: 'link' as const,
      at: match.index,
      words: trimmed(match[0]),
    })),
    ...(found
      ? [...text.matchAll(found)].map((match) => ({
          kind: 'mention' as const,
          at: match.index,
          words: match[0],
        }))
      : []),
  ].sort((a, b) => a.at - b.at);
  const parts: Part[] = [];
  let at = 0;
  for (const { kind, at: start, words } of marks) {
    if (start < at) continue;
    if (start > at) parts.push({ kind: 'text', text: text.slice(at, start) });
    parts.push({ kind, text: words });
    at = start + words.length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}
