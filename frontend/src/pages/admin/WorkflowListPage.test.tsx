import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const workflow = (id: number, changes: object = {}) => ({
  id,
  name: `Workflow ${id}`,
  status: 'deployed',
  is_archived: false,
  is_default: false,
  department: '',
  category: 'IT',
  sub_category: '',
  end_logic: 'notification',
  current_version: 1,
  has_undeployed_changes: false,
  running_tasks: 0,
  ...changes,
});

test('is searched, paged and narrowed to archived ones on the server', async () => {
  const asked: URLSearchParams[] = [];
  server.use(...quietServices(['Admin']));
  server.use(
    http.get('/api/workflow/workflows/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      const isArchived = search.get('is_archived') === 'true';
      return HttpResponse.json({
        count: 120,
        next: null,
        previous: null,
        results: [isArchived ? workflow(9, { is_archived: true }) : workflow(Number(search.get('page')))],
      });
    }),
  );
  const { user } = renderRoute('/admin/workflows');
  expect(await screen.findByRole('link', { name: 'Workflow 1' })).toBeTruthy();
  expect(screen.getByText('1–25 of 120')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Next page' }));
  expect(await screen.findByRole('link', { name: 'Workflow 2' })).toBeTruthy();

  await user.click(screen.getByRole('combobox', { name: 'Status' }));
  await user.click(await screen.findByRole('option', { name: 'Archived' }));
  const row = (await screen.findByRole('link', { name: 'Workflow 9' })).closest('tr');
  expect(within(row as HTMLElement).getByText('Archived')).toBeTruthy();
  expect(asked.at(-1)?.get('page')).toBe('1');

  await user.type(screen.getByRole('searchbox', { name: 'Search workflows' }), 'laptop');
  await waitFor(() => expect(asked.at(-1)?.get('search')).toBe('laptop'));
  expect(asked.at(-1)?.get('is_archived')).toBe('true');
});
