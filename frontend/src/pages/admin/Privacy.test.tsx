import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const requester = {
  source_service: 'hdts',
  requester_id: '4711',
  name: 'Mia Berg',
  email: 'mia.berg@example.com',
  ticket_count: 2,
  last_ticket_at: '2026-11-01T08:00:00Z',
};
const person = { emails: [requester.email], names: ['Mia Berg'], requesters: [], tickets: [] };
const erasure = {
  id: 4,
  reason: 'Asked for.',
  ticket_count: 2,
  requested_by: { user_id: 1, full_name: 'Ada Admin' },
  requested_at: '2026-11-01T08:00:00Z',
  completed_at: null,
  pass_number: 2,
  last_pass: 3,
  next_pass_at: null,
  kept_accounts: 0,
  parts: [
    { service: 'messaging', erased_at: null, erased: {} },
    { service: 'workflow_api', erased_at: '2026-11-01T08:00:00Z', erased: { tickets: 2 } },
  ],
};
const file = { id: 9, file_name: 'a/b.txt', url: '/attachments/9/' };

let openTickets: string[];
let asked: unknown[];

beforeEach(() => {
  openTickets = [];
  asked = [];
  const part =
    (data: Record<string, unknown[]>) =>
    async ({ request }: { request: Request }) => {
      asked.push(await request.json());
      const counts = Object.fromEntries(Object.entries(data).map(([kind, rows]) => [kind, rows.length]));
      return HttpResponse.json({ counts, data });
    };
  server.use(
    ...quietServices(['Admin']),
    http.get('/api/workflow/privacy/erasures/', () => page([])),
    http.get('/api/workflow/privacy/requesters/', ({ request }) =>
      HttpResponse.json(new URL(request.url).searchParams.get('search') === 'mia' ? [requester] : []),
    ),
    http.post('/api/workflow/privacy/person/', () =>
      HttpResponse.json({
        person,
        open_tickets: openTickets,
        counts: { tickets: 2, votes: 0 },
        data: { tickets: [{ ticket_number: 'TX1' }, { ticket_number: 'TX2' }], votes: [] },
      }),
    ),
    http.post('/api/auth/api/v1/privacy/person/', part({ accounts: [{ is_active: true }] })),
    http.post('/api/messaging/privacy/person/', part({ comments: [{ text: 'Mine.' }], files: [file] })),
    http.post('/api/notification/api/v1/privacy/person/', part({ mails: [] })),
    http.post('/api/ticket/privacy/person/', part({ tickets: [] })),
    http.get('/api/messaging/attachments/9/', () => HttpResponse.text('hello')),
  );
});

async function search(text: string) {
  const { user } = renderRoute('/admin/system?tab=privacy');
  await user.type(await screen.findByLabelText('Name, address or ID'), text);
  return user;
}

async function openHeld() {
  const user = await search('mia');
  await user.click(await screen.findByRole('button', { name: 'Show data of Mia Berg' }));
  const dialog = await screen.findByRole('dialog', { name: 'Data of Mia Berg' });
  return { user, dialog };
}

describe('privacy', () => {
  test('shows how much each service holds, and asks all of them for the same person', async () => {
    const { dialog } = await openHeld();
    await within(dialog).findByText('comments');
    const rows = within(dialog)
      .getAllByRole('row')
      .map((row) => row.textContent);
    expect(rows).toContain('Workflowtickets2');
    expect(rows).toContain('Messagingcomments1');
    expect(rows.some((row) => row?.includes('votes'))).toBe(false);
    expect(asked).toEqual([person, person, person, person]);
  });

  test('exports the rows of each service and the files as one ZIP file', async () => {
    let saved: Blob | undefined;
    URL.createObjectURL = vi.fn((blob: Blob | MediaSource) => {
      saved = blob as Blob;
      return 'blob:x';
    });
    URL.revokeObjectURL = vi.fn();
    const { user, dialog } = await openHeld();
    await user.click(await within(dialog).findByRole('button', { name: 'Export' }));
    await waitFor(() => expect(saved).toBeTruthy());
    const text = new TextDecoder().decode(await saved?.arrayBuffer());
    const names = ['person.json', 'workflow_api.json', 'ticket_service.json', 'files/messaging/9-a_b.txt'];
    for (const name of names) expect(text).toContain(name);
    expect(text).toContain('hello');
    expect(text).toContain('"text": "Mine."');
  });

  test('erases only with a reason and the address typed', async () => {
    let sent: unknown;
    server.use(
      http.post('/api/workflow/privacy/erasures/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(erasure, { status: 201 });
      }),
    );
    const { user, dialog } = await openHeld();
    await user.click(await within(dialog).findByRole('button', { name: 'Erase' }));
    expect(await screen.findByText(/^1 active account is kept\./)).toBeTruthy();
    await user.type(await screen.findByLabelText('Reason'), 'Asked for.');
    const erase = screen.getByRole('button', { name: 'Erase' });
    expect(erase).toHaveProperty('disabled', true);
    await user.type(screen.getByLabelText(`Type ${requester.email} to confirm`), requester.email);
    await user.click(erase);
    expect(await screen.findByText('The data is being erased.')).toBeTruthy();
    expect(sent).toEqual({
      source_service: 'hdts',
      requester_id: '4711',
      email: requester.email,
      reason: 'Asked for.',
      confirmation: requester.email,
    });
  });

  test('open tickets keep the data from being erased', async () => {
    openTickets = ['TX7'];
    const { dialog } = await openHeld();
    expect(await within(dialog).findByText(/TX7/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Erase' })).toHaveProperty('disabled', true);
  });

  test('says which service an erasure waits for, and asks it again', async () => {
    let resent = false;
    server.use(
      http.get('/api/workflow/privacy/erasures/', () => page([erasure])),
      http.post('/api/workflow/privacy/erasures/4/resend/', () => {
        resent = true;
        return HttpResponse.json(erasure);
      }),
    );
    const { user } = renderRoute('/admin/system?tab=privacy');
    expect(await screen.findByText('Pass 2 of 3: waiting for Messaging')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Send erasure 4 again' }));
    await waitFor(() => expect(resent).toBe(true));
  });

  test('says when the next pass is, and that the last one is done', async () => {
    server.use(
      http.get('/api/workflow/privacy/erasures/', () =>
        page([
          { ...erasure, next_pass_at: '2026-11-09T08:00:00Z', kept_accounts: 2 },
          { ...erasure, id: 5, pass_number: 3, completed_at: '2026-11-01T09:00:00Z' },
        ]),
      ),
    );
    renderRoute('/admin/system?tab=privacy');
    expect(await screen.findByText(/^Erased; next pass on .*2026/)).toBeTruthy();
    expect(screen.getByText('Finished')).toBeTruthy();
    expect(screen.getByText(/^2 active accounts are kept\./)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Send erasure 4 again' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Send erasure 5 again' })).toBeNull();
  });

  test('says that nobody was found', async () => {
    await search('olga');
    expect(await screen.findByText('No requester found')).toBeTruthy();
  });

  test('offers no export where a service does not answer: half of it would look like all', async () => {
    server.use(
      http.post('/api/ticket/privacy/person/', () =>
        HttpResponse.json(
          { type: 'client_error', errors: [{ code: 'permission_denied', detail: 'Not you.', attr: null }] },
          { status: 403 },
        ),
      ),
    );
    const { dialog } = await openHeld();
    expect(await within(dialog).findByRole('alert')).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: 'Export' })).toBeNull();
  });
});
