/**
 * Put words into a text field as if they were typed, so that the browser can undo it; where it can't, `write` gets the
 * whole text. Returns where the caret is then.
 */
export function insertText(
  field: HTMLTextAreaElement,
  { start, end, words }: { start: number; end: number; words: string },
  write: (text: string) => void,
): number {
  const { value } = field;
  field.focus();
  field.setSelectionRange(start, end);
  const caret = start + words.length;
  // Deprecated and without a successor: nothing else adds to the field's own history. No words are a deletion.
  if (!document.execCommand?.(words === '' ? 'delete' : 'insertText', false, words)) {
    write(value.slice(0, start) + words + value.slice(end));
    // After React has written the text.
    requestAnimationFrame(() => field.setSelectionRange(caret, caret));
  }
  return caret;
}
