import type { KeyboardEvent } from 'react';
import { keyOf } from '@/lib/keyOf';
import { insertText } from './insertText';

export type Format = 'bold' | 'italic' | 'code' | 'bullets' | 'numbers' | 'quote' | 'link';

/** The formats in the order of their buttons, and the keys as people read them. */
export const FORMATS: { format: Format; keys: string }[] = [
  { format: 'bold', keys: 'Ctrl B' },
  { format: 'italic', keys: 'Ctrl I' },
  { format: 'code', keys: 'Ctrl E' },
  { format: 'numbers', keys: 'Ctrl ⇧ 7' },
  { format: 'bullets', keys: 'Ctrl ⇧ 8' },
  { format: 'quote', keys: 'Ctrl ⇧ 9' },
  { format: 'link', keys: 'Ctrl ⇧ K' },
];

const BY_KEY: Record<string, Format> = { b: 'bold', i: 'italic', e: 'code' };
/** With Shift; digits by their position, as Shift changes what they write. */
const BY_SHIFTED_KEY: Record<string, Format> = {
  Digit7: 'numbers',
  Digit8: 'bullets',
  Digit9: 'quote',
  k: 'link',
};

type Write = (text: string) => void;
/** What is put in place of a part of the text, and what is selected then, counted from the start of the text. */
interface Change {
  start: number;
  end: number;
  words: string;
  selected: [from: number, to: number];
}

/** The keys of a format change what is selected. True if they did. */
export function formatByKey(event: KeyboardEvent, write: Write): boolean {
  const field = event.target;
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = keyOf(event.nativeEvent).toLowerCase();
  const format = event.shiftKey ? (BY_SHIFTED_KEY[event.code] ?? BY_SHIFTED_KEY[key]) : BY_KEY[key];
  if (!format || !(field instanceof HTMLTextAreaElement)) return false;
  event.preventDefault();
  applyFormat(field, format, write);
  return true;
}

/** Give what is selected a format, or take it away, as if it were typed: the browser can undo it. */
export function applyFormat(field: HTMLTextAreaElement, format: Format, write: Write): void {
  const { start, end, words, selected } = changeFor(field, format);
  insertText(field, { start, end, words }, write);
  const select = () => field.setSelectionRange(...selected);
  select();
  // After React has written the text.
  requestAnimationFrame(select);
}

function changeFor(field: HTMLTextAreaElement, format: Format): Change {
  const { value, selectionStart, selectionEnd } = field;
  // Marks stand next to a word: beside a blank they mean nothing.
  const selected = value.slice(selectionStart, selectionEnd);
  const start = selectionStart + (selected.length - selected.trimStart().length);
  const words = selected.trim();
  switch (format) {
    case 'bold':
      return marked(value, start, words, '**');
    case 'italic':
      return marked(value, start, words, '*');
    case 'code':
      return words.includes('\n') ? fenced(value, start, words) : marked(value, start, words, '`');
    case 'link':
      return linked(start, words);
    default:
      return prefixed(value, selectionStart, selectionEnd, format);
  }
}

function marked(value: string, start: number, words: string, mark: string): Change {
  const { length } = mark;
  const end = start + words.length;
  const sign = mark[0] as string;
  const [before, after] = [value.slice(0, start), value.slice(end)];
  const signsBefore = before.length - before.replace(sign === '*' ? /\*+$/ : /`+$/, '').length;
  const signsAfter = after.length - after.replace(sign === '*' ? /^\*+/ : /^`+/, '').length;
  const hasMark = (count: number) => (length === 2 ? count >= 2 : count % 2 === 1);
  if (hasMark(signsBefore) && hasMark(signsAfter)) {
    const from = start - length;
    return { start: from, end: end + length, words, selected: [from, from + words.length] };
  }
  const from = start + length;
  return { start, end, words: mark + words + mark, selected: [from, from + words.length] };
}

/** Several lines of code stand between lines of backticks. */
function fenced(value: string, start: number, words: string): Change {
  const end = start + words.length;
  const before = start === 0 || value[start - 1] === '\n' ? '```\n' : '\n```\n';
  const after = end === value.length || value[end] === '\n' ? '\n```' : '\n```\n';
  const from = start + before.length;
  return { start, end, words: before + words + after, selected: [from, from + words.length] };
}

/** What is missing is selected, to be typed or pasted over. */
function linked(start: number, words: string): Change {
  const end = start + words.length;
  if (/^https?:\/\/\S+$/.test(words)) {
    return { start, end, words: `[](${words})`, selected: [start + 1, start + 1] };
  }
  const address = 'https://';
  const from = start + words.length + 3;
  return { start, end, words: `[${words}](${address})`, selected: [from, from + address.length] };
}

const PREFIX = { bullets: /^- /, numbers: /^\d{1,9}[.)] /, quote: /^> ?/ };

/** Whole lines get what makes them items or a quote, or lose it where all have it. */
function prefixed(value: string, from: number, to: number, format: keyof typeof PREFIX): Change {
  const start = value.lastIndexOf('\n', from - 1) + 1;
  // A selection that ends at the start of a line does not mean that line.
  const last = to > from && value[to - 1] === '\n' ? to - 1 : to;
  const newline = value.indexOf('\n', last);
  const end = newline < 0 ? value.length : newline;
  const lines = value.slice(start, end).split('\n');
  const isOne = lines.length === 1;
  const isMeant = (line: string) => isOne || line.trim() !== '';
  const isRemoved = lines.filter(isMeant).every((line) => PREFIX[format].test(line));
  let number = 0;
  const changed = lines.map((line) => {
    if (!isMeant(line)) return line;
    if (isRemoved) return line.replace(PREFIX[format], '');
    if (format === 'quote') return `> ${line}`;
    // One kind of list becomes the other.
    const bare = line.replace(PREFIX.bullets, '').replace(PREFIX.numbers, '');
    number += 1;
    return format === 'numbers' ? `${number}. ${bare}` : `- ${bare}`;
  });
  const words = changed.join('\n');
  const behind = start + words.length;
  // In one line the caret stays with its words; of several all stay selected.
  return { start, end, words, selected: from === to ? [behind, behind] : [start, behind] };
}
