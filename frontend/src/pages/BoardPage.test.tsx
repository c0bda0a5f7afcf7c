import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BoardColumn, TaskRow } from '@/api/tasks';
import { page, problem, quietServices, taskDetail, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const triage = { id: 10, name: 'Triage', role: 'Ticket Coordinator' };
const resolve = { id: 11, name: 'Resolve', role: 'IT Support' };
const workflow = { id: 2, name: 'IT Support Request' };
const laptop = taskRow({ id: 1, ticket_number: 'TX1', subject: 'Laptop', current_step: resolve });
const printer = taskRow({ id: 2, ticket_number: 'TX2', subject: 'Printer', current_step: triage });
const mouse = taskRow({ id: 3, ticket_number: 'TX3', subject: 'Mouse', current_step: triage });
const loan = taskRow({
  id: 4,
  ticket_number: 'TX4',
  subject: 'Loan',
  status: 'handing_off',
  current_step: null,
});

function column(step: TaskRow['current_step'], tasks: TaskRow[], count = tasks.length): BoardColumn {
  return {
    workflow,
    step: step && { key: step.id, name: step.name },
    step_ids: step ? [step.id] : [],
    count,
    tasks,
  };
}

const transition = (
  id: number,
  name: string,
  to: { id: number; name: string },
  requires_comment = false,
) => ({
  id,
  name,
  outcome: 'forward' as const,
  requires_comment,
  to_step: { role: '', ...to },
});
const pass = transition(31, 'Pass on', resolve);
const done = transition(32, 'Close at once', { id: 12, name: 'Done' }, true);

let asked: URLSearchParams[];
let performed: { body: unknown; key: string | null }[];
let columns: BoardColumn[];

beforeEach(() => {
  asked = [];
  performed = [];
  columns = [column(triage, [printer, mouse]), column(resolve, [laptop]), column(null, [loan])];
  const detail = taskDetail({
    id: 2,
    ticket_number: 'TX2',
    current_step: { ...triage, key: 10, role_id: 1, kind: 'action' },
    available_transitions: [pass, done],
  });
  server.use(...quietServices());
  server.use(
    http.get('/api/workflow/tasks/board/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ columns });
    }),
    http.get('/api/workflow/tasks/2/', () => HttpResponse.json(detail)),
    http.post('/api/workflow/transitions/', async ({ request }) => {
      performed.push({ body: await request.json(), key: request.headers.get('Idempotency-Key') });
      columns = [column(triage, [mouse]), column(resolve, [laptop, { ...printer, current_step: resolve }])];
      return HttpResponse.json({
        ...detail,
        current_step: { ...resolve, key: 11, role_id: 1, kind: 'action' },
      });
    }),
  );
});

const region = (name: string) => screen.getByRole('region', { name });
const card = (subject: RegExp) =>
  screen.getByRole('link', { name: subject }).closest<HTMLElement>('[data-card]') as HTMLElement;
const dataTransfer = { setData: () => undefined, effectAllowed: '', dropEffect: '' };

test('a column for each step, in the order of the workflow, with how many it has', async () => {
  renderRoute('/board?category=Desks%5C%2C+chairs');
  const board = await screen.findByRole('group', { name: 'Board' });
  const headings = within(board)
    .getAllByRole('heading', { level: 2 })
    .map((heading) => heading.textContent);
  expect(headings).toEqual(['Triage', 'Resolve', 'Handing off']);
  expect(within(region('Triage, 2')).getAllByRole('listitem')).toHaveLength(2);
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    view: 'team',
    category: 'Desks\\, chairs',
    ordering: 'due_at',
  });
});

test('a column says how many it has in all, and loads more of them', async () => {
  columns = [column(triage, [printer], 2), column(null, [], 1)];
  const pages: URLSearchParams[] = [];
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      const search = new URL(request.url).searchParams;
      if (search.get('page_size') === '1') return page([]);
      pages.push(search);
      return page(search.get('status') === 'handing_off' ? [loan] : [printer, mouse]);
    }),
  );
  const { user } = renderRoute('/board');
  const first = await screen.findByRole('region', { name: 'Triage, 2' });
  await user.click(within(first).getByRole('button', { name: 'Show more (1 left)' }));
  expect(await within(first).findByText('Mouse')).toBeTruthy();
  expect(within(first).queryByRole('button', { name: /Show more/ })).toBeNull();
  expect(Object.fromEntries(pages[0] ?? [])).toMatchObject({
    view: 'team',
    workflow: '2',
    step_key: '10',
    status: 'pending,in_progress,on_hold,handing_off',
    page: '1',
  });
  await user.click(within(region('Handing off, 1')).getByRole('button', { name: /Show more/ }));
  expect(await screen.findByText('Loan')).toBeTruthy();
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

describe('moving a ticket', () => {
  test('by keys: m lists where its page says it may go', async () => {
    const { user } = renderRoute('/board');
    (await screen.findByRole('link', { name: /Printer/ })).focus();
    await user.keyboard('m');
    const menu = await screen.findByRole('menu', { name: 'Move TX2' });
    expect((await within(menu).findAllByRole('menuitem')).map((item) => item.textContent)).toEqual([
      'Pass on→ Resolve',
      'Close at once→ Done',
    ]);
    await user.click(within(menu).getByRole('menuitem', { name: /Pass on/ }));
    expect(await screen.findByText('TX2: Pass on. Now: Resolve.')).toBeTruthy();
    expect(performed[0]?.body).toEqual({ task_id: 2, transition_id: 31, expected_version: 4 });
    expect(performed[0]?.key).toMatch(/^[0-9a-f]{32}$/);
    await waitFor(() => expect(within(region('Resolve, 2')).getByText('Printer')).toBeTruthy());
  });

  test('asks for a comment where one is required, and keeps it when it is refused', async () => {
    const { user } = renderRoute('/board');
    await screen.findByRole('link', { name: /Printer/ });
    await user.click(screen.getByRole('button', { name: 'Move TX2' }));
    await user.click(await screen.findByRole('menuitem', { name: /Close at once/ }));
    const dialog = await screen.findByRole('dialog', { name: 'TX2: Close at once' });
    const submit = within(dialog).getByRole('button', { name: 'Close at once' });
    expect(submit).toHaveProperty('disabled', true);
    server.use(
      http.post('/api/workflow/transitions/', () => problem(503, 'unavailable', 'Try again.'), {
        once: true,
      }),
    );
    await user.type(within(dialog).getByRole('textbox'), 'Nothing to do.');
    await user.click(submit);
    await within(dialog).findByRole('alert');
    expect(within(dialog).getByRole('textbox')).toHaveProperty('value', 'Nothing to do.');
    await user.click(submit);
    await waitFor(() =>
      expect(performed[0]?.body).toMatchObject({ transition_id: 32, comment: 'Nothing to do.' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('by dragging: only where it may go, and other destinations beside the columns', async () => {
    renderRoute('/board');
    await screen.findByRole('link', { name: /Printer/ });
    fireEvent.dragStart(card(/Printer/), { dataTransfer });
    await waitFor(() => expect(region('Resolve, 1').dataset.drop).toBe('legal'));
    expect(region('Triage, 2').dataset.drop).toBe('home');
    expect(region('Handing off, 1').dataset.drop).toBe('illegal');
    expect(
      within(screen.getByRole('group', { name: 'Other destinations' })).getByText(/Close at once/),
    ).toBeTruthy();
    // The browser drops nothing where the event is not prevented.
    expect(fireEvent.dragOver(region('Handing off, 1'), { dataTransfer })).toBe(true);
    fireEvent.drop(region('Handing off, 1'), { dataTransfer });
    expect(performed).toEqual([]);
    expect(fireEvent.dragOver(region('Resolve, 1'), { dataTransfer })).toBe(false);
    fireEvent.drop(region('Resolve, 1'), { dataTransfer });
    await waitFor(() => expect(performed[0]?.body).toMatchObject({ task_id: 2, transition_id: 31 }));
    expect(screen.queryByRole('group', { name: 'Other destinations' })).toBeNull();
    await waitFor(() => expect(within(region('Resolve, 2')).getByText('Printer')).toBeTruthy());
  });

  test('a card stays where it is when the server refuses, and it is said why', async () => {
    server.use(
      http.post('/api/workflow/transitions/', () => problem(409, 'stale_version', 'Peter Novak was faster.')),
    );
    renderRoute('/board');
    await screen.findByRole('link', { name: /Printer/ });
    fireEvent.dragStart(card(/Printer/), { dataTransfer });
    await waitFor(() => expect(region('Resolve, 1').dataset.drop).toBe('legal'));
    fireEvent.drop(region('Resolve, 1'), { dataTransfer });
    expect(await screen.findByText(/Peter Novak was faster/)).toBeTruthy();
    expect(within(region('Triage, 2')).getByText('Printer')).toBeTruthy();
  });

  test('a ticket that may not be moved says so', async () => {
    server.use(
      http.get('/api/workflow/tasks/3/', () =>
        HttpResponse.json(taskDetail({ id: 3, available_transitions: [] })),
      ),
    );
    const { user } = renderRoute('/board');
    await screen.findByRole('link', { name: /Mouse/ });
    await user.click(screen.getByRole('button', { name: 'Move TX3' }));
    expect(await screen.findByText('You cannot move this ticket now.')).toBeTruthy();
  });
});
