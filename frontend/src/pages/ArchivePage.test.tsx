import { fireEvent, screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { page, quietServices, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

test('finished work, newest first, searchable', async () => {
  const asked: URLSearchParams[] = [];
  server.use(...quietServices());
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      if (search.get('page_size') !== '1') asked.push(search);
      return page([taskRow({ status: 'completed' })]);
    }),
  );
  const { user } = renderRoute('/archive?search=laptop');
  expect(await screen.findByRole('link', { name: 'Laptop will not start' })).toBeTruthy();
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    view: 'done',
    ordering: '-closed_at',
    search: 'laptop',
  });
  await user.click(screen.getByRole('button', { name: 'Status' }));
  expect((await screen.findAllByRole('menuitemcheckbox')).map((item) => item.textContent)).toEqual([
    'Completed',
    'Rejected',
    'Cancelled',
  ]);
});

test('says when and how a ticket was closed, and is narrowed to days that stand in the address', async () => {
  const asked: URLSearchParams[] = [];
  server.use(...quietServices());
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      if (search.get('page_size') !== '1') asked.push(search);
      return page([
        taskRow({
          status: 'rejected',
          closed_at: '2026-11-22T16:00:00Z',
          closed_by: { user_id: 21, full_name: 'Maya Lang' },
        }),
      ]);
    }),
  );
  renderRoute('/archive');
  expect(await screen.findByRole('link', { name: 'Laptop will not start' })).toBeTruthy();
  expect(document.querySelector('time[datetime="2026-11-22T16:00:00Z"]')?.textContent).toMatch(/2026/);
  for (const name of ['Closed', 'Closed by', 'SLA', 'Status'])
    expect(screen.getByRole('columnheader', { name })).toBeTruthy();

  expect(screen.getByText('Maya Lang')).toBeTruthy();

  const until = screen.getByLabelText('Closed until') as HTMLInputElement;
  fireEvent.change(screen.getByLabelText('Closed from'), { target: { value: '2026-11-20' } });
  fireEvent.change(until, { target: { value: '0002-11-22' } });
  fireEvent.change(until, { target: { value: '2026-11-22' } });
  await waitFor(() => expect(asked.at(-1)?.get('closed_before')).toBeTruthy());
  const [from, end] = ['closed_after', 'closed_before'].map((name) =>
    Date.parse(asked.at(-1)?.get(name) ?? ''),
  );
  // The last day counts whole.
  expect(((end ?? 0) - (from ?? 0)) / 86_400_000).toBe(3);
  expect(asked.some((search) => search.get('closed_before')?.startsWith('0002'))).toBe(false);
  expect(until.value).toBe('2026-11-22');
});
