import { screen } from '@testing-library/react';
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
