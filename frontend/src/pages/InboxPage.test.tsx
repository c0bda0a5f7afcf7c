import { onlineManager } from '@tanstack/react-query';
import { act, screen, waitFor, within } from '@testing-library/react';
import { delay, HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeSocket } from '@/test/FakeSocket';
import { agent, colleague, page, problem, quietServices, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

let asked: URLSearchParams[];

/** The list requests, without the small ones that only count. */
function lists() {
  return asked.filter((search) => search.get('page_size') !== '1');
}

beforeEach(() => {
  asked = [];
  server.use(...quietServices());
  server.use(
    http.get('/api/workflow/tasks/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([taskRow()]);
    }),
    http.get('/api/workflow/workflows/', () => page([{ id: 2, name: 'IT Support Request' }])),
  );
});

describe('the address is the view', () => {
  test('what it names is what is asked for', async () => {
    renderRoute(
      '/inbox?view=team&status=pending,on_hold&priority=urgent&search=laptop&ordering=-created_at&page=2',
    );
    await screen.findByRole('link', { name: 'Laptop will not start' });
    expect(Object.fromEntries(lists()[0] ?? [])).toEqual({
      view: 'team',
      status: 'pending,on_hold',
      priority: 'urgent',
      search: 'laptop',
      ordering: '-created_at',
      page: '2',
      page_size: '25',
    });
    expect(screen.getByRole('link', { name: /My team/ }).getAttribute('aria-current')).toBe('page');
  });

  test('choosing filters writes them into it and starts at the first page', async () => {
    const { user, address } = renderRoute('/inbox?page=3');
    await user.click(await screen.findByRole('button', { name: 'Status' }));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Pending' }));
    await user.click(await screen.findByRole('menuitemcheckbox', { name: 'On hold' }));
    expect(address()).toBe('/inbox?status=pending%2Con_hold');
    await waitFor(() => expect(lists().at(-1)?.get('status')).toBe('pending,on_hold'));
    expect(lists().at(-1)?.get('page')).toBe('1');
  });

  test('a search is written when typing settles', async () => {
    const { user, address } = renderRoute('/inbox');
    await user.type(await screen.findByRole('searchbox', { name: 'Search number or subject' }), 'vpn');
    await waitFor(() => expect(address()).toBe('/inbox?search=vpn'));
  });

  test('another view is one click, and back leads back', async () => {
    const { user, address, router } = renderRoute('/inbox');
    await user.click(await screen.findByRole('link', { name: /Breached/ }));
    expect(address()).toBe('/inbox?view=breached');
    await router.navigate(-1);
    await waitFor(() => expect(address()).toBe('/inbox'));
  });
});

describe('what tickets are about', () => {
  const offered: Record<string, object[]> = {
    category: [
      { value: 'Desks, chairs', label: 'Desks, chairs', hint: '' },
      { value: 'Hardware', label: 'Hardware', hint: '' },
    ],
    requester: [{ value: 'hdts:17', label: 'Olga Berg', hint: 'olga.berg@example.com' }],
  };
  beforeEach(() => {
    server.use(
      http.get('/api/workflow/tasks/choices/', ({ request }) =>
        page(offered[new URL(request.url).searchParams.get('field') ?? ''] ?? []),
      ),
    );
  });

  test('filters by values that stand in the tickets, also by those with a comma', async () => {
    const { user, address } = renderRoute('/inbox');
    await user.click(await screen.findByRole('button', { name: 'Category' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Desks, chairs' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Hardware' }));
    expect(new URLSearchParams(address().split('?')[1]).get('category')).toBe('Desks\\, chairs,Hardware');
    await waitFor(() => expect(lists().at(-1)?.get('category')).toBe('Desks\\, chairs,Hardware'));
  });

  test('a requester in the address is shown by name, and one button clears all filters', async () => {
    const { user, address } = renderRoute('/inbox?requester=hdts%3A17&department=Legal');
    const button = await screen.findByRole('button', { name: /^Requester ?Olga Berg$/ });
    expect(lists()[0]?.get('requester')).toBe('hdts:17');
    expect(screen.getByRole('button', { name: /^Department ?Legal$/ })).toBeTruthy();
    await user.click(button);
    expect(await screen.findByRole('checkbox', { name: 'Olga Berg', checked: true })).toBeTruthy();
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(address()).toBe('/inbox');
  });
});

test('exports the list that is shown, with the columns of the table', async () => {
  let wanted: URLSearchParams | undefined;
  server.use(
    http.get('/api/workflow/tasks/export/', ({ request }) => {
      wanted = new URL(request.url).searchParams;
      return new HttpResponse('\ufeffsubject\r\n', { headers: { 'Content-Type': 'text/csv' } });
    }),
  );
  const saved = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:list');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
  const { user } = renderRoute('/inbox?view=team&status=pending&search=vpn&page=2');
  await screen.findByRole('link', { name: 'Laptop will not start' });
  await user.click(screen.getByRole('button', { name: 'Export CSV' }));
  await waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(Object.fromEntries(wanted ?? [])).toEqual({
    view: 'team',
    status: 'pending',
    search: 'vpn',
    ordering: 'due_at',
    columns: 'priority,ticket_number,subject,step,status,assignee,sla,due_at,remaining_seconds',
  });
});

test('an export that is refused says why', async () => {
  server.use(
    http.get('/api/workflow/tasks/export/', () =>
      problem(400, 'export_too_large', 'At most 100,000 tickets can be exported at once.'),
    ),
  );
  const { user } = renderRoute('/inbox');
  await screen.findByRole('link', { name: 'Laptop will not start' });
  await user.click(screen.getByRole('button', { name: 'Export CSV' }));
  expect(await screen.findByText(/At most 100,000 tickets/)).toBeTruthy();
});

test('late work is one’s own, in the tab and in the list, until everyone’s or what is handed off is asked for', async () => {
  const { user, address } = renderRoute('/inbox');
  await user.click(await screen.findByRole('link', { name: /Breached/ }));
  const own = { view: 'breached', assignee: '7', status: 'pending,in_progress,on_hold' };
  await waitFor(() => expect(Object.fromEntries(lists().at(-1) ?? [])).toMatchObject(own));
  const counted = asked.filter((each) => each.get('page_size') === '1' && each.get('view') === 'breached');
  expect(Object.fromEntries(counted[0] ?? [])).toMatchObject(own);

  const scopes = screen.getByRole('navigation', { name: 'Whose tickets' });
  await user.click(within(scopes).getByRole('link', { name: 'Everyone' }));
  expect(address()).toBe('/inbox?view=breached&scope=team');
  await waitFor(() => expect(lists().at(-1)?.get('assignee')).toBeNull());
  expect(lists().at(-1)?.get('status')).toBe('pending,in_progress,on_hold');
  await user.click(within(scopes).getByRole('link', { name: 'Handed off' }));
  await waitFor(() => expect(lists().at(-1)?.get('status')).toBe('handing_off'));
  // Another view starts as usual again.
  await user.click(screen.getByRole('link', { name: /At risk/ }));
  expect(address()).toBe('/inbox?view=at_risk');
});

describe('the list', () => {
  test('says what to do when nothing matches', async () => {
    server.use(http.get('/api/workflow/tasks/', () => page([])));
    const { user, address } = renderRoute('/inbox?status=pending');
    expect(await screen.findByText('No matching tickets')).toBeTruthy();
    await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] as HTMLElement);
    expect(address()).toBe('/inbox');
  });

  test('says what happened when it cannot be had, and tries again', async () => {
    let isBroken = true;
    server.use(
      http.get('/api/workflow/tasks/', () =>
        isBroken ? problem(403, 'permission_denied', 'no') : page([taskRow()]),
      ),
    );
    const { user } = renderRoute('/inbox');
    expect(await screen.findByText('Access denied')).toBeTruthy();
    isBroken = false;
    await user.click(screen.getByRole('link', { name: /My team/ }));
    expect(await screen.findByRole('link', { name: 'Laptop will not start' })).toBeTruthy();
  });

  test('holds still under the mouse while new tickets arrive, and shows them when asked', async () => {
    const { user } = renderRoute('/inbox');
    const link = await screen.findByRole('link', { name: 'Laptop will not start' });
    await user.hover(link);
    server.use(
      http.get('/api/workflow/tasks/', () =>
        page([
          taskRow({ id: 2, subject: 'Printer is on fire' }),
          taskRow({ subject: 'Laptop starts again' }),
        ]),
      ),
    );
    FakeSocket.to('/ws/inbox/').greet();
    FakeSocket.to('/ws/inbox/').say({ type: 'tasks_changed', ticket_number: 'TX1', event: 'transition' });
    await user.click(await screen.findByRole('button', { name: '1 new · show' }));
    const subjects = () => screen.getAllByRole('link').map((each) => each.textContent);
    expect(subjects()).toContain('Printer is on fire');
    expect(screen.queryByRole('button', { name: '1 new · show' })).toBeNull();
  });

  test('shows another list as it is, although the mouse rests where it appears', async () => {
    const { user, router } = renderRoute('/inbox');
    await user.hover(await screen.findByRole('link', { name: 'Laptop will not start' }));
    server.use(
      http.get('/api/workflow/tasks/', async () => {
        await delay(50);
        return page([taskRow({ id: 2, subject: 'Printer is on fire' })]);
      }),
    );
    await act(() => router.navigate('/inbox?status=pending'));
    expect(await screen.findByRole('link', { name: 'Printer is on fire' })).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Laptop will not start' })).toBeNull();
  });

  test('without a network it says from when it is', async () => {
    renderRoute('/inbox');
    await screen.findByRole('link', { name: 'Laptop will not start' });
    act(() => onlineManager.setOnline(false));
    expect(await screen.findByText(/^Offline, as of \d/)).toBeTruthy();
    act(() => onlineManager.setOnline(true));
    await waitFor(() => expect(screen.queryByText(/^Offline, as of/)).toBeNull());
  });

  test('is asked for again when the own socket tells of a change', async () => {
    renderRoute('/inbox');
    await screen.findByRole('link', { name: 'Laptop will not start' });
    server.use(http.get('/api/workflow/tasks/', () => page([taskRow({ subject: 'Printer is on fire' })])));
    FakeSocket.to('/ws/inbox/').greet();
    FakeSocket.to('/ws/inbox/').say({ type: 'tasks_changed', ticket_number: 'TX1', event: 'transition' });
    expect(await screen.findByRole('link', { name: 'Printer is on fire' })).toBeTruthy();
  });
});

describe('claiming from the row', () => {
  const waiting = taskRow({ status: 'pending', assignee: null });

  test('gives it to the person, naming the version it was seen in', async () => {
    let claimed: unknown;
    let row = waiting;
    server.use(
      http.get('/api/workflow/tasks/', () => page([row])),
      http.post('/api/workflow/tasks/1/claim/', async ({ request }) => {
        claimed = await request.json();
        row = taskRow({ assignee: agent });
        return HttpResponse.json(row);
      }),
    );
    const { user } = renderRoute('/inbox?view=unassigned');
    await user.click(await screen.findByRole('button', { name: `Claim ${waiting.ticket_number}` }));
    expect(await screen.findByText(`${waiting.ticket_number} is assigned to you.`)).toBeTruthy();
    expect(claimed).toEqual({ expected_version: 4 });
    const table = screen.getByRole('table');
    await waitFor(() => expect(within(table).getByText(agent.full_name)).toBeTruthy());
  });

  test('tells who was faster and shows the new state', async () => {
    let row = waiting;
    server.use(
      http.get('/api/workflow/tasks/', () => page([row])),
      http.post('/api/workflow/tasks/1/claim/', () => {
        row = taskRow({ assignee: colleague });
        return problem(409, 'already_claimed', 'Peter Novak was faster.');
      }),
    );
    const { user } = renderRoute('/inbox?view=unassigned');
    await user.click(await screen.findByRole('button', { name: /^Claim TX/ }));
    expect(await screen.findByText('Peter Novak was faster.')).toBeTruthy();
    const table = screen.getByRole('table');
    await waitFor(() => expect(within(table).getByText(colleague.full_name)).toBeTruthy());
  });
});

test("the columns are the reader's choice, and are kept", async () => {
  const { user, unmount } = renderRoute('/inbox');
  await screen.findByRole('columnheader', { name: 'Assignee' });
  await user.click(screen.getByRole('button', { name: 'Columns' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Assignee' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Owner' }));
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('columnheader', { name: 'Assignee' })).toBeNull();
  unmount();
  renderRoute('/inbox');
  expect(await screen.findByRole('columnheader', { name: 'Owner' })).toBeTruthy();
  expect(screen.queryByRole('columnheader', { name: 'Assignee' })).toBeNull();
  expect(screen.getByText(colleague.full_name)).toBeTruthy();
});
