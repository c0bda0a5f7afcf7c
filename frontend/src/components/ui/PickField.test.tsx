import '@/i18n';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test } from 'vitest';
import type { Option, Source } from '@/api/choices';
import { PickField } from './PickField';

/** A list of 120 roles, 50 a page, that answers when it is let; the last is deleted. */
function longList() {
  const all = Array.from({ length: 120 }, (_each, index) => `Role ${String(index + 1).padStart(3, '0')}`);
  const asked: [search: string, page: number][] = [];
  let held: Promise<void> | null = null;
  let go = () => {};
  const source: Source = {
    key: ['list'],
    find: async (search, page) => {
      asked.push([search, page]);
      await held;
      const found = all.filter((name) => name.includes(search));
      const results = found.slice((page - 1) * 50, page * 50).map((name) => ({ value: name, label: name }));
      return { count: found.length, next: page * 50 < found.length ? 'more' : null, previous: null, results };
    },
    one: async (value) => ({ value, label: `${value}!`, isGone: value === 'Gone' }),
  };
  return {
    source,
    asked,
    hold: () => {
      held = new Promise((done) => {
        go = done;
      });
    },
    letGo: () => go(),
  };
}

interface FormProps {
  source: Source;
  value: string;
  empty: string | undefined;
  onChosen: (option: Option | null) => void;
}

function Form({ source, value, empty, onChosen }: FormProps) {
  const [current, setCurrent] = useState(value);
  return (
    <PickField
      label="Role"
      source={source}
      value={current}
      empty={empty}
      onChange={(next, option) => {
        setCurrent(next);
        onChosen(option);
      }}
    />
  );
}

function show(source: Source, value = '', empty?: string) {
  const chosen: (Option | null)[] = [];
  const user = userEvent.setup({ delay: null });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Form source={source} value={value} empty={empty} onChosen={(option) => chosen.push(option)} />
    </QueryClientProvider>,
  );
  return { user, chosen, field: screen.getByRole<HTMLInputElement>('combobox', { name: 'Role' }) };
}

const options = () => screen.queryAllByRole('option').map((option) => option.textContent);

test('reads further pages on the way down, and finds what is beyond the first by searching', async () => {
  const { source, asked } = longList();
  const { user, field, chosen } = show(source);
  await user.click(field);
  await waitFor(() => expect(options()).toHaveLength(50));
  await user.keyboard('{End}');
  await waitFor(() => expect(options()).toHaveLength(100));

  await user.type(field, 'Role 118');
  await waitFor(() => expect(options()).toEqual(['Role 118']));
  expect(asked.at(-1)).toEqual(['Role 118', 1]);
  await user.click(screen.getByRole('option', { name: 'Role 118' }));
  expect(chosen).toEqual([{ value: 'Role 118', label: 'Role 118' }]);
  expect(field.value).toBe('Role 118');
});

test('never offers what was found for another text', async () => {
  const list = longList();
  const { user, field } = show(list.source);
  await user.click(field);
  await waitFor(() => expect(options()).toHaveLength(50));
  list.hold();
  await user.type(field, '120');
  expect(options()).toEqual([]);
  await waitFor(() => expect(list.asked.at(-1)).toEqual(['120', 1]));
  expect(options()).toEqual([]);
  list.letGo();
  await waitFor(() => expect(options()).toEqual(['Role 120']));
});

test('shows the name of what is chosen, and that it is gone, wherever it is in the list', async () => {
  const { source } = longList();
  const { field } = show(source, 'Role 119');
  await waitFor(() => expect(field.value).toBe('Role 119!'));
});

test('does not offer what is gone, and says so of what is chosen', async () => {
  const { source } = longList();
  const { user, field } = show(source, 'Gone');
  await waitFor(() => expect(field.value).toBe('Gone! (no longer available)'));
  await user.click(field);
  await waitFor(() => expect(options()).toHaveLength(50));
  expect(options().join()).not.toContain('Gone');
});

test('the empty choice stands first and takes the choice back', async () => {
  const { source } = longList();
  const { user, field, chosen } = show(source, 'Role 007', 'Everybody');
  await user.click(field);
  await user.click(await screen.findByRole('option', { name: 'Everybody' }));
  expect(chosen.map((option) => option?.value)).toEqual(['']);
  expect(field.value).toBe('Everybody');
});
