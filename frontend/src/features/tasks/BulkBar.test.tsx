import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import { page, quietServices, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const rows = [
  taskRow({ id: 1, ticket_number: 'TX1', subject: 'Laptop' }),
  taskRow({ id: 2, ticket_number: 'TX2', subject: 'Printer' }),
  taskRow({ id: 3, ticket_number: 'TX3', subject: 'Mouse' }),
];
let sent: unknown[];

beforeEach(() => {
  sent = [];
  server.use(...quietServices());
  server.use(http.get('/api/workflow/tasks/', () => page(rows)));
});

function answer(results: object[]) {
  server.use(
    http.post('/api/workflow/tasks/bulk/', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ results });
    }),
  );
}

test('holds several tickets for one reason and tells what became of each', async () => {
  answer([
    { task_id: 1, ok: true, status: 200, version: 5 },
    {
      task_id: 3,
      ok: false,
      status: 409,
      error: { code: 'illegal_move', detail: 'It is on hold already.', attr: null },
    },
  ]);
  const { user } = renderRoute('/inbox');
  await user.click(await screen.findByRole('checkbox', { name: 'Select TX1' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select TX3' }));
  const bar = await screen.findByRole('toolbar', { name: 'Bulk actions' });
  expect(within(bar).getByText('2 selected')).toBeTruthy();
  await user.click(within(bar).getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Hold…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Put on hold' });
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled).toBe(true);
  await user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Waiting for parts.');
  await user.click(within(dialog).getByRole('button', { name: 'Apply' }));
  const results = await screen.findByRole('dialog', { name: 'Results' });
  expect(sent).toEqual([{ action: 'hold', reason: 'Waiting for parts.', task_ids: [1, 3] }]);
  expect(within(results).getByText('1 of 2 updated.')).toBeTruthy();
  expect(
    within(results)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(['TX1 Done', 'TX3 It is on hold already.']);
  await user.click(within(results).getByRole('button', { name: 'Close' }));
  // What failed stays chosen, to be tried in another way.
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select TX3' }).checked).toBe(true),
  );
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select TX1' }).checked).toBe(false);
});

test('performs a transition on several tickets with a comment, chosen from what they offer', async () => {
  answer([1, 2].map((task_id) => ({ task_id, ok: true, status: 200 })));
  const asked: string[] = [];
  server.use(
    http.get('/api/workflow/tasks/offers/', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({
        transitions: [
          { name: 'Resolve', count: 2, requires_comment: false },
          { name: 'Return', count: 1, requires_comment: true },
        ],
      });
    }),
  );
  const { user } = renderRoute('/inbox');
  await user.click(await screen.findByRole('checkbox', { name: 'Select TX1' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select TX2' }));
  const bar = await screen.findByRole('toolbar', { name: 'Bulk actions' });
  await user.click(within(bar).getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Transition…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Perform a transition' });
  const apply = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Apply' });
  const choice = await within(dialog).findByRole<HTMLSelectElement>('combobox', { name: 'Transition' });
  await waitFor(() => expect(apply.disabled).toBe(false));
  expect(asked).toEqual(['?tasks=1,2']);
  await user.selectOptions(choice, 'Return (1 of 2)');
  expect(apply.disabled).toBe(true);
  await user.type(within(dialog).getByRole('textbox', { name: 'Comment' }), 'Please add the number.');
  await user.click(within(dialog).getByRole('button', { name: 'Public reply' }));
  await user.click(apply);
  expect(await screen.findByText('2 tickets updated.')).toBeTruthy();
  expect(sent).toEqual([
    {
      action: 'transition',
      transition: 'Return',
      with_comment: {
        text: 'Please add the number.',
        visibility: 'public',
        client_id: expect.any(String),
      },
      task_ids: [1, 2],
    },
  ]);
});

test('claims a whole page at once', async () => {
  answer(rows.map((row) => ({ task_id: row.id, ok: true, status: 200 })));
  const { user } = renderRoute('/inbox');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all on this page' }));
  await user.click(within(await screen.findByRole('toolbar')).getByRole('button', { name: 'Claim' }));
  expect(await screen.findByText('3 tickets updated.')).toBeTruthy();
  expect(sent).toEqual([{ action: 'claim', task_ids: [1, 2, 3] }]);
  await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull());
});

/** A list of two pages, of which the first is shown, and requests that can fail. */
function longList(total: number, fail: (body: { task_ids: number[] }) => object | null = () => null) {
  const all = Array.from({ length: total }, (_, index) => ({
    id: index + 1,
    ticket_number: `TX${index + 1}`,
  }));
  const keys: (string | null)[] = [];
  const asked: string[] = [];
  server.use(
    http.get('/api/workflow/tasks/', () =>
      HttpResponse.json({ count: total, next: null, previous: null, results: rows }),
    ),
    http.get('/api/workflow/tasks/selection/', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ tasks: all });
    }),
    http.post('/api/workflow/tasks/bulk/', async ({ request }) => {
      keys.push(request.headers.get('Idempotency-Key'));
      const body = (await request.json()) as { task_ids: number[] };
      sent.push(body);
      const failure = fail(body);
      if (failure) return HttpResponse.json(failure, { status: 503 });
      return HttpResponse.json({
        results: body.task_ids.map((task_id) => ({ task_id, ok: true, status: 200, version: 2 })),
      });
    }),
  );
  return { keys, asked };
}

test('acts on all that match, in requests of a hundred', async () => {
  const { keys, asked } = longList(230);
  const { user } = renderRoute('/inbox?view=team&priority=high');
  await user.click(await screen.findByRole('checkbox', { name: 'Select TX1' }));
  const bar = await screen.findByRole('toolbar');
  // Offered only when the whole page is selected.
  expect(within(bar).queryByRole('button', { name: /that match/ })).toBeNull();
  await user.click(screen.getByRole('checkbox', { name: 'Select all on this page' }));
  await user.click(await within(bar).findByRole('button', { name: 'Select all 230 that match' }));
  expect(await within(bar).findByText('230 selected')).toBeTruthy();
  expect(asked).toEqual(['?view=team&priority=high&ordering=due_at&count=230']);
  await user.click(within(bar).getByRole('button', { name: 'Claim' }));
  expect(await screen.findByText('230 tickets updated.')).toBeTruthy();
  expect(sent.map((body) => (body as { task_ids: number[] }).task_ids.length)).toEqual([100, 100, 30]);
  expect(new Set(keys).size).toBe(3);
});

test('what was selected of one list is not acted on in another that shows the same rows', async () => {
  longList(230);
  const { user, router } = renderRoute('/inbox?view=team');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all on this page' }));
  const bar = await screen.findByRole('toolbar');
  await user.click(await within(bar).findByRole('button', { name: 'Select all 230 that match' }));
  await within(bar).findByText('230 selected');
  await act(() => router.navigate('/inbox?view=team&priority=high'));
  expect(await within(bar).findByText('3 selected')).toBeTruthy();
  await user.click(within(bar).getByRole('button', { name: 'Claim' }));
  await screen.findByText('3 tickets updated.');
  expect(sent).toEqual([{ action: 'claim', task_ids: [1, 2, 3] }]);
});

test('a request that fails is tried again under its key, and stops no other', async () => {
  const outage = { type: 'server_error', errors: [{ code: 'error', detail: 'Out of order.', attr: null }] };
  const { keys } = longList(230, (body) => (body.task_ids[0] === 101 ? outage : null));
  const { user } = renderRoute('/inbox?view=team');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all on this page' }));
  const bar = await screen.findByRole('toolbar');
  await user.click(await within(bar).findByRole('button', { name: 'Select all 230 that match' }));
  await within(bar).findByText('230 selected');
  await user.click(within(bar).getByRole('button', { name: 'Claim' }));
  const results = await screen.findByRole('dialog', { name: 'Results' });
  expect(within(results).getByText('130 of 230 updated.')).toBeTruthy();
  expect(within(results).getByText(/TX101/).closest('li')?.textContent).toBe('TX101 Out of order.');
  expect(keys).toHaveLength(4);
  expect(keys[1]).toBe(keys[2]);
});

test('says so when the list has changed before all was selected', async () => {
  longList(230);
  server.use(
    http.get('/api/workflow/tasks/selection/', () =>
      HttpResponse.json(
        {
          type: 'client_error',
          errors: [{ code: 'selection_changed', detail: 'The list has changed meanwhile.', attr: null }],
        },
        { status: 409 },
      ),
    ),
  );
  const { user } = renderRoute('/inbox?view=team');
  await user.click(await screen.findByRole('checkbox', { name: 'Select all on this page' }));
  const bar = await screen.findByRole('toolbar');
  await user.click(await within(bar).findByRole('button', { name: 'Select all 230 that match' }));
  expect(await screen.findByText('The list has changed meanwhile.')).toBeTruthy();
  expect(within(bar).getByText('3 selected')).toBeTruthy();
});

test('a view is kept under a name, and found again', async () => {
  let views = [
    {
      id: 4,
      name: 'Urgent',
      page: 'inbox',
      query: { priority: 'urgent' },
      columns: [],
      is_shared: true,
      is_mine: false,
      owner_name: 'Peter Novak',
    },
    {
      id: 5,
      name: 'Elsewhere',
      page: 'tasks',
      query: {},
      columns: [],
      is_shared: false,
      is_mine: true,
      owner_name: '',
    },
  ];
  server.use(
    http.get('/api/workflow/views/', ({ request }) => {
      const wanted = new URL(request.url).searchParams.get('for_page');
      return page(views.filter((view) => view.page === wanted));
    }),
    http.post('/api/workflow/views/', async ({ request }) => {
      const input = (await request.json()) as (typeof views)[number];
      sent.push(input);
      const made = { ...input, id: 6, columns: [], is_mine: true, owner_name: '' };
      views = [...views, made];
      return HttpResponse.json(made, { status: 201 });
    }),
  );
  const { user, address } = renderRoute('/inbox?view=team&status=on_hold&page=2');
  await user.click(await screen.findByRole('button', { name: 'Saved views' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Save this view…' }));
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Parked');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('View “Parked” saved.')).toBeTruthy();
  expect(sent).toEqual([
    {
      name: 'Parked',
      page: 'inbox',
      query: { view: 'team', status: 'on_hold' },
      columns: ['step', 'status', 'assignee'],
      is_shared: false,
    },
  ]);
  await user.click(screen.getByRole('button', { name: 'Saved views' }));
  const menu = await screen.findByRole('menu', { name: 'Saved views' });
  expect(await within(menu).findByText('by Peter Novak')).toBeTruthy();
  expect(within(menu).queryByText('Elsewhere')).toBeNull();
  await user.click(within(menu).getByRole('menuitem', { name: /Urgent/ }));
  expect(address()).toBe('/inbox?priority=urgent');
});

test('comments on several tickets at once', async () => {
  answer([1, 2, 3].map((task_id) => ({ task_id, ok: true, status: 200 })));
  const { user } = renderRoute('/inbox');
  await user.click(await screen.findByRole('checkbox', { name: 'Select TX1' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select TX2' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select TX3' }));
  const bar = await screen.findByRole('toolbar', { name: 'Bulk actions' });
  await user.click(within(bar).getByRole('button', { name: 'More actions' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Comment…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add a comment' });
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled).toBe(true);
  await user.type(within(dialog).getByRole('textbox', { name: 'Comment' }), 'Known fault.');
  await user.click(within(dialog).getByRole('button', { name: 'Apply' }));
  expect(await screen.findByText('3 tickets updated.')).toBeTruthy();
  expect(sent).toMatchObject([
    {
      action: 'comment',
      with_comment: { text: 'Known fault.', visibility: 'internal' },
      task_ids: [1, 2, 3],
    },
  ]);
});
