import type { KeyboardEvent } from 'react';
import { keyOf } from '@/lib/keyOf';
import { insertText } from './insertText';

const MARKS: Record<string, string> = { b: '**', i: '*' };

/** Ctrl+B and Ctrl+I put the marks of bold and italics round what is selected, or take them away. True if it did. */
export function formatByKey(event: KeyboardEvent, write: (text: string) => void): boolean {
  const field = event.target;
  const mark = MARKS[keyOf(event.nativeEvent).toLowerCase()];
  if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  if (!(field instanceof HTMLTextAreaElement)) return false;
  event.preventDefault();
  const { value, selectionStart, selectionEnd } = field;
  // Marks stand next to a word: beside a blank they mean nothing.
  const selected = value.slice(selectionStart, selectionEnd);
  const start = selectionStart + (selected.length - selected.trimStart().length);
  const words = selected.trim();
  const end = start + words.length;
  const { length } = mark;
  const starsBefore = /\**$/.exec(value.slice(0, start))?.[0].length ?? 0;
  const starsAfter = /^\**/.exec(value.slice(end))?.[0].length ?? 0;
  const hasMark = (count: number) => (length === 2 ? count >= 2 : count % 2 === 1);
  const isMarked = hasMark(starsBefore) && hasMark(starsAfter);
  if (isMarked) insertText(field, { start: start - length, end: end + length, words }, write);
  else insertText(field, { start, end, words: mark + words + mark }, write);
  const from = isMarked ? start - length : start + length;
  const select = () => field.setSelectionRange(from, from + words.length);
  select();
  // After React has written the text.
  requestAnimationFrame(select);
  return true;
}
