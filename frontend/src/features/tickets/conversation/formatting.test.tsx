import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { applyFormat, type Format, formatByKey } from './formatting';

function Field({ start }: { start: string }) {
  const [text, setText] = useState(start);
  return (
    <textarea
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => formatByKey(event, setText)}
    />
  );
}

async function press(start: string, from: number, to: number, ...keys: string[]) {
  render(<Field start={start} />);
  const field = screen.getByRole('textbox') as HTMLTextAreaElement;
  field.focus();
  field.setSelectionRange(from, to);
  for (const key of keys) {
    fireEvent.keyDown(field, { key, ctrlKey: true });
    // The selection is set after React has written the text.
    await new Promise(requestAnimationFrame);
  }
  return { text: field.value, selected: field.value.slice(field.selectionStart, field.selectionEnd) };
}

test.each([
  ['see this now', 4, 8, ['b'], 'see **this** now', 'this'],
  ['see this now', 4, 9, ['i'], 'see *this* now', 'this'],
  ['see **this** now', 6, 10, ['b'], 'see this now', 'this'],
  ['see this now', 4, 8, ['b', 'b'], 'see this now', 'this'],
  ['see this now', 4, 8, ['b', 'i'], 'see ***this*** now', 'this'],
  ['see this now', 4, 8, ['b', 'i', 'b'], 'see *this* now', 'this'],
  ['see ', 4, 4, ['b'], 'see ****', ''],
  ['see this', 4, 8, ['k'], 'see this', 'this'],
  ['run ls now', 4, 6, ['e'], 'run `ls` now', 'ls'],
  ['run `ls` now', 5, 7, ['e'], 'run ls now', 'ls'],
  ['run\na\nb\nnow', 4, 7, ['e'], 'run\n```\na\nb\n```\nnow', 'a\nb'],
] as const)('%j from %i to %i by %j is %j', async (start, from, to, keys, text, selected) =>
  expect(await press(start, from, to, ...keys)).toEqual({ text, selected }),
);

async function apply(start: string, from: number, to: number, ...formats: Format[]) {
  render(<Field start={start} />);
  const field = screen.getByRole('textbox') as HTMLTextAreaElement;
  field.setSelectionRange(from, to);
  for (const format of formats) {
    // As React does it, after which the field has its new text.
    applyFormat(field, format, (text) => fireEvent.change(field, { target: { value: text } }));
    await new Promise(requestAnimationFrame);
  }
  return { text: field.value, selected: field.value.slice(field.selectionStart, field.selectionEnd) };
}

test.each([
  ['one\ntwo\n\nthree', 1, 12, ['bullets'], '- one\n- two\n\n- three', '- one\n- two\n\n- three'],
  ['one\ntwo', 0, 7, ['bullets', 'bullets'], 'one\ntwo', 'one\ntwo'],
  ['one\ntwo\n', 0, 8, ['numbers'], '1. one\n2. two\n', '1. one\n2. two'],
  ['- one\n- two', 0, 11, ['numbers'], '1. one\n2. two', '1. one\n2. two'],
  ['', 0, 0, ['bullets'], '- ', ''],
  ['', 0, 0, ['bullets', 'bullets'], '', ''],
  ['a\nb', 2, 3, ['quote'], 'a\n> b', '> b'],
  ['> a', 3, 3, ['quote'], 'a', ''],
  ['see here', 4, 8, ['link'], 'see [here](https://)', 'https://'],
  ['https://a.example/x', 0, 19, ['link'], '[](https://a.example/x)', ''],
] as const)('%j from %i to %i as %j is %j', async (start, from, to, formats, text, selected) =>
  expect(await apply(start, from, to, ...formats)).toEqual({ text, selected }),
);

test.each([
  ['Digit8', '*', '- see'],
  ['Digit7', '/', '1. see'],
  ['Digit9', '(', '> see'],
])('Ctrl, Shift and %s do it on any layout', (code, key, text) => {
  render(<Field start="see" />);
  const field = screen.getByRole('textbox') as HTMLTextAreaElement;
  fireEvent.keyDown(field, { key, code, ctrlKey: true, shiftKey: true });
  expect(field.value).toBe(text);
});
