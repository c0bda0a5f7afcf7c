import type { PlaceholderName } from '@/api/cannedReplies';

/** What each placeholder stands for now; an empty value is a gap. */
export type PlaceholderValues = Record<PlaceholderName, string>;

/** All that the server knows, in the order in which they are explained. */
const NAMES: Record<PlaceholderName, true> = {
  'ticket.number': true,
  'ticket.subject': true,
  'ticket.category': true,
  'ticket.priority': true,
  'requester.name': true,
  'requester.first_name': true,
  'agent.name': true,
  'agent.first_name': true,
  workflow: true,
  step: true,
};

export const PLACEHOLDER_NAMES = Object.keys(NAMES) as PlaceholderName[];

const isKnown = (name: string): name is PlaceholderName => Object.hasOwn(NAMES, name);

const PATTERN = /\{\{([^{}]*)\}\}/g;

/** The text with what is known; a placeholder without a value stays and is seen. */
export function filledIn(text: string, values: PlaceholderValues): string {
  return text.replace(PATTERN, (whole, inner: string) => {
    const name = inner.trim();
    return (isKnown(name) && values[name]) || whole;
  });
}

export interface Gap {
  start: number;
  end: number;
  words: string;
}

/** The placeholders that still stand in a text. */
export function gapsIn(text: string): Gap[] {
  return [...text.matchAll(PATTERN)]
    .filter((match) => isKnown((match[1] ?? '').trim()))
    .map((match) => ({ start: match.index, end: match.index + match[0].length, words: match[0] }));
}

/** `Berg, Olga` and `Olga Berg` are both Olga. */
export function firstName(fullName: string): string {
  const [before = '', after] = fullName.split(',');
  return (after ?? before).trim().split(/\s+/)[0] ?? '';
}
