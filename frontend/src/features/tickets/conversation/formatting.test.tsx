import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { formatByKey } from './formatting';

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
] as const)('%j from %i to %i by %j is %j', async (start, from, to, keys, text, selected) =>
  expect(await press(start, from, to, ...keys)).toEqual({ text, selected }),
);
