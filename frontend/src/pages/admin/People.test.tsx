import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { agent, colleague, NUMBER, page, problem, profile, quietServices, taskRow } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const USERS = '/api/auth/api/v1/users/';
const SYSTEMS = [
  { id: 1, slug: 'tts', name: 'Ticket Tracking', description: '' },
  { id: 2, slug: 'ams', name: 'Assets', description: '' },
];
const role = (id: number, name: string, system = 'tts') => ({
  id,
  system,
  name,
  description: '',
  is_custom: false,
  is_protected: false,
  holders: 1,
  version: 1,
});
const ROLES = [role(1, 'Admin'), role(2, 'Agent'), role(3, 'IT Support'), role(9, 'Clerk', 'ams')];
const worker = (person: typeof agent, open_tasks: number, changes = {}) => ({
  ...person,
  email: '',
  is_active: true,
  is_away: false,
  away_from: null,
  away_until: null,
  substitute: null,
  capacity: null,
  open_tasks,
  roles: [{ id: 3, name: 'IT Support' }],
  ...changes,
});
const hold = (id: number, roleId: number, roleName: string) => ({
  id,
  user: agent,
  user_email: '',
  system: 'tts',
  role_id: roleId,
  role_name: roleName,
  is_active: true,
  is_effective: true,
  assigned_at: '2026-01-05T08:00:00Z',
});

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  server.use(...quietServices(['Admin']));
  server.use(
    http.get(USERS, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([profile(), profile({ user_id: 8, full_name: 'Peter Novak', is_active: false })]);
    }),
    http.get(`${USERS}7/`, () => HttpResponse.json(profile())),
    http.get(`${USERS}7/sessions/`, () => page([])),
    http.get('/api/auth/api/v1/systems/', () => page(SYSTEMS)),
    http.get('/api/auth/api/v1/roles/', () => page(ROLES)),
    http.get('/api/auth/api/v1/user-system-roles/', () => page([hold(30, 3, 'IT Support')])),
    http.get('/api/auth/api/v1/invitations/', () => page([])),
    http.get('/api/workflow/people/', () => page([worker(agent, 2), worker(colleague, 0)])),
    http.get('/api/workflow/people/7/', () => HttpResponse.json(worker(agent, 2))),
  );
});

describe('the list of people', () => {
  test('shows state and open work; search and filters go into the address and to the server', async () => {
    const { user, address } = renderRoute('/admin/agents');
    const row = await screen.findByRole('row', { name: /Ines Costa/ });
    expect(within(row).getByText('Active')).toBeTruthy();
    await waitFor(() => expect(within(row).getByRole('cell', { name: '2' })).toBeTruthy());
    expect(within(screen.getByRole('row', { name: /Peter Novak/ })).getByText('Inactive')).toBeTruthy();

    await user.click(screen.getByRole('combobox', { name: /State/ }));
    await user.click(screen.getByRole('option', { name: 'Locked' }));
    await waitFor(() => expect(asked.at(-1)?.get('is_locked')).toBe('true'));
    expect(address()).toBe('/admin/agents?state=locked');
    await user.type(screen.getByRole('searchbox', { name: /Search name/ }), 'nov');
    await waitFor(() => expect(asked.at(-1)?.get('search')).toBe('nov'));
  });

  test('is not for agents', async () => {
    server.use(...quietServices());
    renderRoute('/admin/agents');
    expect(await screen.findByText('Access denied')).toBeTruthy();
  });
});

describe('adding somebody', () => {
  test('an invitation goes out with roles; what the server refuses is said at its field', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post('/api/auth/api/v1/invitations/', async ({ request }) => {
        sent.push(await request.json());
        return sent.length === 1
          ? HttpResponse.json(
              {
                type: 'client_error',
                errors: [
                  { code: 'already_registered', detail: 'This person has an account.', attr: 'email' },
                ],
              },
              { status: 409 },
            )
          : HttpResponse.json({ id: 1 }, { status: 201 });
      }),
    );
    const { user } = renderRoute('/admin/agents');
    await user.click(await screen.findByRole('button', { name: 'Add person' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText(/First name/), 'Nadia');
    await user.type(dialog.getByLabelText(/Last name/), 'Rossi');
    await user.type(dialog.getByLabelText(/Email/), 'nr@example.com');
    await user.click(dialog.getByRole('combobox', { name: 'Roles' }));
    await user.click(await screen.findByRole('option', { name: 'Agent' }));
    await user.click(screen.getByRole('option', { name: 'AMS Clerk' }));
    await user.click(dialog.getByRole('button', { name: 'Send invitation' }));
    expect(await dialog.findByText('This person has an account.')).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Send invitation' }));
    expect(await screen.findByText('Invitation sent to Nadia Rossi.')).toBeTruthy();
    expect(sent[1]).toEqual({
      first_name: 'Nadia',
      last_name: 'Rossi',
      email: 'nr@example.com',
      roles: [
        { system: 'tts', role: 'Agent' },
        { system: 'ams', role: 'Clerk' },
      ],
    });
  }, 40_000);

  test('a CSV file is tried first; only one without faults can be imported', async () => {
    const runs: string[] = [];
    server.use(
      http.post(`${USERS}import/`, async ({ request }) => {
        const isDry = /name="dry_run"\r\n\r\ntrue/.test(await request.text());
        const isBad = runs.length === 0;
        runs.push(`${isDry ? 'dry' : 'real'} ${isBad ? 'bad' : 'good'}`);
        const errors = isBad
          ? [
              {
                code: 'invalid',
                detail: 'Row 2, column email: Enter a valid email address.',
                attr: 'email',
                column: 'email',
              },
            ]
          : [];
        return HttpResponse.json({
          is_imported: !isDry && !isBad,
          good: isBad ? 0 : 1,
          failed: isBad ? 1 : 0,
          ignored_columns: isBad ? ['whenCreated'] : [],
          rows: [{ row: 2, email: isBad ? 'nobody' : 'm@example.com', errors, notes: [] }],
        });
      }),
    );
    const { user } = renderRoute('/admin/agents');
    await user.click(await screen.findByRole('button', { name: 'Import from CSV' }));
    const dialog = within(screen.getByRole('dialog'));
    const input = dialog.getByLabelText('Choose a CSV file', { selector: 'input' });
    await user.upload(input, new File(['email\nnobody\n'], 'bad.csv', { type: 'text/csv' }));
    expect(await dialog.findByText('Row 2, column email: Enter a valid email address.')).toBeTruthy();
    expect(dialog.getByText('Columns that are not used: whenCreated.')).toBeTruthy();
    expect((dialog.getByRole('button', { name: /^Import \d/ }) as HTMLButtonElement).disabled).toBe(true);

    await user.upload(input, new File(['email\nm@example.com\n'], 'good.csv', { type: 'text/csv' }));
    expect(await dialog.findByText('1 row is valid and ready to import.')).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Import 1 person' }));
    expect(await screen.findByText('1 person imported.')).toBeTruthy();
    expect(runs).toEqual(['dry bad', 'dry good', 'real good']);
  }, 30_000);
});

describe('one person', () => {
  test('before deactivation the open work is shown, and who else could take it', async () => {
    let isOff = false;
    server.use(
      http.get('/api/workflow/tasks/', ({ request }) => {
        const search = new URL(request.url).searchParams;
        return search.get('assignee') === '7' ? page([taskRow()]) : page([]);
      }),
      http.get(`${USERS}7/`, () => HttpResponse.json(profile({ is_active: !isOff }))),
      http.post(`${USERS}7/deactivate/`, () => {
        isOff = true;
        return HttpResponse.json(profile({ is_active: false }));
      }),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Deactivate' }));
    const dialog = within(screen.getByRole('dialog'));
    const row = await dialog.findByRole('row', { name: new RegExp(NUMBER) });
    await waitFor(() => expect(row.textContent).toContain('IT Support (1 other)'));
    expect(dialog.getByText(/1 open ticket is unassigned or reassigned/)).toBeTruthy();
    expect(isOff).toBe(false);
    await user.click(dialog.getByRole('button', { name: 'Deactivate' }));
    expect(await screen.findByText(/is deactivated and signed out of all sessions/)).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Activate' })).toBeTruthy();
  }, 30_000);

  test('work that would be stranded is warned of', async () => {
    server.use(
      http.get('/api/workflow/people/', () =>
        page([worker(agent, 1), worker(colleague, 0, { is_away: true })]),
      ),
      http.get('/api/workflow/tasks/', () => page([taskRow()])),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Deactivate' }));
    expect(await screen.findByText(/1 of them has no other eligible person/)).toBeTruthy();
  });

  test('the last administrator stays, and it is said why', async () => {
    server.use(
      http.post(`${USERS}7/deactivate/`, () => problem(409, 'last_admin', 'Somebody must keep it.')),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Deactivate' }));
    const dialog = within(screen.getByRole('dialog'));
    await dialog.findByText(/No open tickets/);
    await user.click(dialog.getByRole('button', { name: 'Deactivate' }));
    expect(await dialog.findByText(/Ines Costa is the last active administrator/)).toBeTruthy();
  });

  test('roles are taken and given, per system', async () => {
    const calls: unknown[] = [];
    const elsewhere = { id: 12, name: 'Approve', role: 'Finance Lead' };
    server.use(
      http.get('/api/workflow/tasks/', () =>
        page([taskRow(), taskRow({ id: 2, ticket_number: 'TX2', current_step: elsewhere })]),
      ),
      http.delete('/api/auth/api/v1/user-system-roles/:id/', ({ params }) => {
        calls.push(['take', params.id]);
        return new HttpResponse(null, { status: 204 });
      }),
      http.post('/api/auth/api/v1/user-system-roles/', async ({ request }) => {
        calls.push(['give', await request.json()]);
        return HttpResponse.json(hold(31, 9, 'Clerk'), { status: 201 });
      }),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Remove role IT Support' }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove the role IT Support from Ines Costa?' });
    // Of their work only what this role gave goes to somebody else.
    const row = await within(dialog).findByRole('row', { name: new RegExp(NUMBER) });
    await waitFor(() => expect(row.textContent).toContain('IT Support (1 other)'));
    expect(within(dialog).queryByText('Approve')).toBeNull();
    expect(calls).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Remove role' }));
    await waitFor(() => expect(calls).toEqual([['take', '30']]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(screen.getByRole('combobox', { name: 'Add role' }));
    expect(screen.queryByRole('option', { name: /IT Support/ })).toBeNull();
    await user.click(screen.getByRole('option', { name: /Clerk/ }));
    await user.click(screen.getByRole('button', { name: 'Add' }));
    await waitFor(() => expect(calls[1]).toEqual(['give', { user_id: 7, role_id: 9 }]));
  }, 30_000);

  test('what is typed into the details is not lost by a refresh or a link', async () => {
    const { user, address, client } = renderRoute('/admin/agents/7');
    const phone = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Phone' });
    const link = () =>
      within(screen.getByRole('navigation', { name: 'Breadcrumbs' })).getByRole('link', { name: 'People' });
    await user.type(phone, '+351 21');
    // Somebody else changed the person meanwhile.
    server.use(
      http.get(`${USERS}7/`, () => HttpResponse.json(profile({ version: 9, last_name: 'Costa Lima' }))),
    );
    await client.refetchQueries({ queryKey: ['people', 'one'] });
    await user.click(link());
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).toBe('/admin/agents/7');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Phone' }).value).toBe('+351 21');
    await waitFor(() =>
      expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Last name' }).value).toBe('Costa Lima'),
    );
    await user.click(link());
    await user.click(await screen.findByRole('button', { name: 'Discard changes' }));
    await waitFor(() => expect(address()).toBe('/admin/agents'));
  }, 30_000);

  test('a dialog with something typed asks before Escape closes it', async () => {
    const { user } = renderRoute('/admin/agents');
    await user.click(await screen.findByRole('button', { name: 'Add person' }));
    await user.type(within(screen.getByRole('dialog')).getByLabelText(/First name/), 'Maria');
    await user.keyboard('{Escape}');
    const question = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(question).getByRole('button', { name: 'Keep editing' }));
    expect((screen.getByLabelText(/First name/) as HTMLInputElement).value).toBe('Maria');
  });

  test('a lock-out is ended with one click', async () => {
    server.use(
      http.get(`${USERS}7/`, () =>
        HttpResponse.json(profile({ is_locked: true, locked_until: '2026-11-22T09:00:00Z' })),
      ),
      http.post(`${USERS}7/unlock/`, () => HttpResponse.json(profile())),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Unlock' }));
    expect(await screen.findByText('Ines Costa is unlocked.')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('Locked')).toBeNull());
  });

  test('passkeys of somebody who lost their device are removed with the second factor', async () => {
    server.use(
      http.get(`${USERS}7/`, () => HttpResponse.json(profile({ passkeys: 2 }))),
      http.post(`${USERS}7/reset-otp/`, () => HttpResponse.json(profile())),
    );
    const { user } = renderRoute('/admin/agents/7');
    await user.click(await screen.findByRole('button', { name: 'Reset two-factor authentication' }));
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/Their passkeys are removed too/)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Reset two-factor authentication' }));
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'Reset two-factor authentication' })).toBeNull(),
    );
  });
});
