import { screen, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { columnsOf } from '@/features/tasks/boardColumns';
import { page, quietServices, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const triage = { id: 10, name: 'Triage', role: 'Ticket Coordinator' };
const resolve = { id: 11, name: 'Resolve', role: 'IT Support' };
const tasks = [
  taskRow({ id: 1, ticket_number: 'TX1', subject: 'Laptop', current_step: resolve }),
  taskRow({ id: 2, ticket_number: 'TX2', subject: 'Printer', current_step: triage }),
  taskRow({ id: 3, ticket_number: 'TX3', subject: 'Mouse', current_step: triage }),
  taskRow({ id: 4, ticket_number: 'TX4', subject: 'Loan', status: 'handing_off', current_step: null }),
];
let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  server.use(...quietServices());
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      if (search.get('page_size') !== '1') asked.push(search);
      return page(tasks);
    }),
  );
});

test('a column for each step, in the order of the workflow', async () => {
  renderRoute('/board');
  const board = await screen.findByRole('group', { name: 'Board' });
  const headings = within(board)
    .getAllByRole('heading', { level: 2 })
    .map((heading) => heading.textContent);
  expect(headings).toEqual(['Triage', 'Resolve', 'Handing off']);
  const first = within(board).getByRole('region', { name: 'Triage, 2' });
  expect(within(first).getAllByRole('listitem')).toHaveLength(2);
  expect(asked[0]?.get('view')).toBe('team');
  expect(asked[0]?.get('status')).toBe('pending,in_progress,on_hold,handing_off');
});

test('arrow keys walk between tickets and columns', async () => {
  const { user } = renderRoute('/board');
  (await screen.findByRole('link', { name: /Printer/ })).focus();
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement?.textContent).toContain('Mouse');
  await user.keyboard('{ArrowRight}');
  // The next column has one ticket only.
  expect(document.activeElement?.textContent).toContain('Laptop');
  await user.keyboard('{End}{Home}{ArrowRight}');
  expect(document.activeElement?.getAttribute('href')).toBe('/tickets/TX1');
});

test('versions of one workflow share their columns', () => {
  const again = taskRow({ id: 5, workflow_version: 2, current_step: { ...triage, id: 99 } });
  expect(columnsOf([...tasks, again]).map((column) => [column.step, column.tasks.length])).toEqual([
    ['Triage', 3],
    ['Resolve', 1],
    [null, 1],
  ]);
});
