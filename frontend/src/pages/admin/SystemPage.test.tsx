import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { SERVICES } from '@/api/health';
import { page, problem, profile, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ok = { status: 'ok', ms: 1.2 };

beforeEach(() => {
  server.use(...quietServices(['Admin']));
  server.use(
    ...SERVICES.map((service) =>
      http.get(`/api/${service}/health/`, () =>
        HttpResponse.json({ status: 'ok', checks: { database: ok } }),
      ),
    ),
  );
});

describe('health', () => {
  test('names the check that fails, and the service that does not answer', async () => {
    server.use(
      http.get('/api/workflow/health/', () =>
        HttpResponse.json(
          {
            status: 'failed',
            checks: { database: ok, rabbitmq: { status: 'failed', ms: 2000, error: 'AMQPConnectionError' } },
          },
          { status: 503 },
        ),
      ),
      http.get('/api/ticket/health/', () => HttpResponse.error()),
    );
    renderRoute('/admin/system');
    expect(await screen.findByText('Some services are degraded')).toBeTruthy();
    expect(screen.getByText('AMQPConnectionError')).toBeTruthy();
    expect(screen.getByText('Unreachable')).toBeTruthy();
    expect(screen.getAllByText('Healthy')).toHaveLength(3);
  });

  test('says so when all is well', async () => {
    renderRoute('/admin/system');
    expect(await screen.findByText('All services are operational')).toBeTruthy();
  });
});

describe('service keys', () => {
  const key = {
    id: 4,
    name: 'assets',
    scopes: ['ams'],
    prefix: 'k3y9ab',
    is_live: true,
    created_at: '2026-11-01T08:00:00Z',
    created_by_id: 1,
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
  };
  const KEYS = '/api/auth/api/v1/api-keys/';

  test('a new one is shown this one time', async () => {
    let sent: unknown;
    server.use(
      http.get(KEYS, () => page([])),
      http.post(KEYS, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...key, key: 'k3y9ab.very-long-secret' }, { status: 201 });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=keys');
    expect(await screen.findByText('No API keys yet')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'New key' }));
    await user.type(screen.getByLabelText('Service'), 'assets');
    await user.click(screen.getByRole('checkbox', { name: 'Receive asset hand-offs' }));
    await user.click(screen.getByRole('button', { name: 'Create key' }));
    expect(await screen.findByText('k3y9ab.very-long-secret')).toBeTruthy();
    expect(sent).toEqual({ name: 'assets', scopes: ['ams'] });
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByText('k3y9ab.very-long-secret')).toBeNull());
  });

  test('one is replaced with an overlap, and revoked after a question', async () => {
    const calls: unknown[] = [];
    server.use(
      http.get(KEYS, () => page([key])),
      http.post(`${KEYS}4/rotate/`, async ({ request }) => {
        calls.push(await request.json());
        return HttpResponse.json({ ...key, id: 5, key: 'n3w.secret' }, { status: 201 });
      }),
      http.post(`${KEYS}4/revoke/`, () => {
        calls.push('revoked');
        return HttpResponse.json({ ...key, is_live: false });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=keys');
    await user.click(await screen.findByRole('button', { name: /^Rotate assets/ }));
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Rotate' }));
    expect(await screen.findByText('n3w.secret')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(screen.getByRole('button', { name: /^Revoke assets/ }));
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Revoke' }));
    expect(await screen.findByText('API key of assets revoked.')).toBeTruthy();
    expect(calls).toEqual([{ overlap_hours: 24 }, 'revoked']);
  });
});

describe('security events', () => {
  test('are filtered by the address and exported with the same filters', async () => {
    const asked: URLSearchParams[] = [];
    let exported: URLSearchParams | undefined;
    server.use(
      http.get('/api/auth/api/v1/security-events/', ({ request }) => {
        asked.push(new URL(request.url).searchParams);
        return page([
          {
            id: 1,
            occurred_at: '2026-11-22T08:00:00Z',
            kind: 'sign_in_failed',
            actor_id: null,
            user_id: 7,
            address: '203.0.113.7',
            device: 'Firefox on Linux',
            request_id: '',
            details: {},
          },
        ]);
      }),
      http.get('/api/auth/api/v1/security-events/export/', ({ request }) => {
        exported = new URL(request.url).searchParams;
        return new HttpResponse('id\r\n', { headers: { 'Content-Type': 'text/csv' } });
      }),
      http.get('/api/auth/api/v1/users/7/', () => HttpResponse.json(profile())),
    );
    URL.createObjectURL = vi.fn(() => 'blob:x');
    URL.revokeObjectURL = vi.fn();
    const { user } = renderRoute('/admin/system?tab=events&kind=sign_in_failed,account_locked');
    const row = await screen.findByRole('row', { name: /203\.0\.113\.7/ });
    expect(within(row).getByText('Sign-in failed')).toBeTruthy();
    expect(await within(row).findByText('Ines Costa')).toBeTruthy();
    expect(asked[0]?.getAll('kind')).toEqual(['sign_in_failed', 'account_locked']);
    await user.click(screen.getByRole('button', { name: 'Export CSV' }));
    await waitFor(() => expect(exported?.getAll('kind')).toEqual(['sign_in_failed', 'account_locked']));
    await waitFor(() => expect(URL.createObjectURL).toHaveBeenCalled());
  });
});

describe('role copies', () => {
  const none = { missing: [], extra: [], outdated: [] };

  test('a difference is named, and a full copy heals it', async () => {
    let isHealed = false;
    server.use(
      http.get('/api/auth/api/v1/tts/drift/', () =>
        HttpResponse.json({
          consumer: 'workflow_api',
          checked_at: '2026-11-22T08:00:00Z',
          is_in_sync: isHealed,
          messages_waiting: 0,
          roles: none,
          members: isHealed
            ? none
            : { ...none, missing: [{ name: 'Peter Novak', role_name: 'IT Lead', version: 2 }] },
        }),
      ),
      http.post('/api/auth/api/v1/tts/sync/', () => {
        isHealed = true;
        return HttpResponse.json({ snapshot_id: 's', taken_at: '', roles: 11, members: 30 }, { status: 202 });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=drift');
    expect(await screen.findByText('Peter Novak · IT Lead')).toBeTruthy();
    expect(screen.getByText('Missing')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Run full sync' }));
    expect(await screen.findByText('11 roles and 30 members synced.')).toBeTruthy();
    expect(await screen.findByText('In sync')).toBeTruthy();
  });
});

describe('dead letters', () => {
  const letter = (id: number) => ({
    id,
    queue: 'TICKET_TASKS_PRODUCTION',
    message_id: 'm',
    task: 'tickets.tasks.receive_ticket',
    code: 'invalid_message',
    reason: 'The subject is missing.',
    body: '{"ticket_number":"TX1"}',
    ticket_number: 'TX1',
    intake_id: 70 + id,
    request_id: 'r-1',
    created_at: '2026-11-22T08:00:00Z',
    resolved_at: null,
  });
  const ROOT = '/api/workflow/dead-letters/';

  beforeEach(() => {
    server.use(
      http.get(`${ROOT}counts/`, () =>
        HttpResponse.json([
          {
            queue: 'TICKET_TASKS_PRODUCTION',
            code: 'invalid_message',
            count: 2,
            oldest_at: '2026-11-22T08:00:00Z',
          },
        ]),
      ),
    );
  });

  test('are counted by reason, which narrows the list, and lead to their message of the ledger', async () => {
    const asked: URLSearchParams[] = [];
    server.use(
      http.get(ROOT, ({ request }) => {
        asked.push(new URL(request.url).searchParams);
        return page([letter(1)]);
      }),
    );
    const { user, address } = renderRoute('/admin/system?tab=dead');
    const link = await screen.findByRole('link', { name: 'TX1' });
    expect(link.getAttribute('href')).toBe('/admin/intake?message=71');
    await user.click(
      await screen.findByRole('button', { name: 'invalid_message · TICKET_TASKS_PRODUCTION (2)' }),
    );
    await waitFor(() => expect(asked.at(-1)?.get('code')).toBe('invalid_message'));
    expect(asked.at(-1)?.get('queue')).toBe('TICKET_TASKS_PRODUCTION');
    expect(address()).toContain('code=invalid_message');
  });

  test('several are settled at once; what was refused stays and says why', async () => {
    let list = [letter(1), letter(2), letter(3)];
    const calls: unknown[] = [];
    server.use(
      http.get(ROOT, () => page(list)),
      http.post(`${ROOT}settle/`, async ({ request }) => {
        const body = (await request.json()) as { ids: number[] };
        calls.push(body);
        list = list.filter((each) => each.id === 2);
        return HttpResponse.json({
          results: body.ids.map((id) =>
            id === 2
              ? { id, ok: false, error: { code: 'not_replayable', detail: 'It can’t be read.', attr: null } }
              : { id, ok: true },
          ),
        });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=dead');
    await user.click(await screen.findByRole('checkbox', { name: 'Select all on this page' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select dead letter 3' }));
    const bar = screen.getByRole('region', { name: 'Bulk actions' });
    expect(bar.textContent).toContain('2 selected');
    await user.click(within(bar).getByRole('button', { name: 'Replay' }));
    const dialog = await screen.findByRole('dialog', { name: 'Replay 2 messages?' });
    await user.click(within(dialog).getByRole('button', { name: 'Replay' }));
    expect(await screen.findByText('Dead letter 2: It can’t be read.')).toBeTruthy();
    expect(screen.getByText('1 of 2 done.')).toBeTruthy();

    await user.click(await screen.findByRole('checkbox', { name: 'Select dead letter 2' }));
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    const ask = await screen.findByRole('dialog', { name: 'Dismiss 1 message?' });
    const submit = within(ask).getByRole<HTMLButtonElement>('button', { name: 'Dismiss' });
    expect(submit.disabled).toBe(true);
    await user.type(within(ask).getByLabelText('Reason'), 'Of a test');
    await user.click(submit);
    await waitFor(() =>
      expect(calls).toEqual([
        { resolution: 'replay', ids: [1, 2], reason: '' },
        { resolution: 'dismiss', ids: [2], reason: 'Of a test' },
      ]),
    );
  });

  test('one is sent again, one is settled with a reason; both leave the list', async () => {
    let list = [letter(1), letter(2)];
    const calls: unknown[] = [];
    server.use(
      http.get(ROOT, ({ request }) => {
        expect(new URL(request.url).searchParams.get('is_resolved')).toBe('false');
        return page(list);
      }),
      http.post(`${ROOT}1/replay/`, () => {
        calls.push('replay');
        list = list.filter((each) => each.id !== 1);
        return HttpResponse.json(letter(1));
      }),
      http.post(`${ROOT}2/dismiss/`, async ({ request }) => {
        calls.push(await request.json());
        list = [];
        return HttpResponse.json(letter(2));
      }),
    );
    const { user } = renderRoute('/admin/system?tab=dead');
    await user.click(await screen.findByRole('button', { name: 'View dead letter 1' }));
    expect(screen.getByText(/"ticket_number": "TX1"/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'View dead letter 1' })).toBeNull());

    await user.click(screen.getByRole('button', { name: 'View dead letter 2' }));
    await user.click(await screen.findByRole('button', { name: 'Dismiss…' }));
    const settle = screen.getByRole('button', { name: 'Dismiss' }) as HTMLButtonElement;
    expect(settle.disabled).toBe(true);
    await user.type(screen.getByLabelText('Reason'), 'A test of ours');
    await user.click(settle);
    expect(await screen.findByText('No dead letters')).toBeTruthy();
    expect(calls).toEqual(['replay', { reason: 'A test of ours' }]);
  });

  test('what cannot be sent again says why', async () => {
    server.use(
      http.get(ROOT, () => page([letter(1)])),
      http.post(`${ROOT}1/replay/`, () => problem(409, 'not_replayable', 'It was never readable.')),
    );
    const { user } = renderRoute('/admin/system?tab=dead');
    await user.click(await screen.findByRole('button', { name: 'View dead letter 1' }));
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    expect(await screen.findByText('It was never readable.')).toBeTruthy();
  });
});
