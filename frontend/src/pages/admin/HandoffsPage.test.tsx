import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test } from 'vitest';
import type { Checkout } from '@/api/handoffs';
import { NUMBER, page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

let failed: Checkout;
let sent: { path: string; body: unknown }[];

beforeEach(() => {
  sent = [];
  failed = {
    id: 3,
    task_id: 1,
    ticket_number: NUMBER,
    idempotency_key: 'a-b-c',
    payload: { asset_name: 'Projector' },
    status: 'failed',
    is_overdue: false,
    attempts: 5,
    next_attempt_at: null,
    last_error: 'The asset system answered 503.',
    last_error_code: '',
    external_reference: '',
    waived_reason: '',
    waived_reason_code: '',
    waived_by_id: null,
    created_at: '2026-11-22T08:00:00Z',
    sent_at: null,
    acknowledged_at: null,
  };
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/ams/checkouts/', () => page([failed])),
    http.get('/api/workflow/bms/checkouts/', () => page([])),
    http.post('/api/workflow/ams/checkouts/3/:verb/', async ({ request, params }) => {
      sent.push({ path: String(params.verb), body: await request.json() });
      failed = {
        ...failed,
        status: params.verb === 'retry' ? 'queued' : params.verb === 'waive' ? 'waived' : 'acknowledged',
        waived_reason: params.verb === 'waive' ? 'Given by hand.' : '',
      };
      return HttpResponse.json(failed);
    }),
  );
});

test('shows the state, the attempts and the last error', async () => {
  renderRoute('/admin/handoffs');
  const table = await screen.findByRole('table', { name: 'Asset system' });
  const row = within(table).getByRole('row', { name: new RegExp(NUMBER) });
  expect(within(row).getByText('Failed')).toBeTruthy();
  expect(within(row).getByText('5')).toBeTruthy();
  expect(within(row).getByText('The asset system answered 503.')).toBeTruthy();
});

test('says how old each is, and raises an alarm over what is overdue', async () => {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get('/api/workflow/ams/checkouts/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([
        { ...failed, is_overdue: true, created_at: new Date(Date.now() - 3 * 86_400_000 - 60_000) },
      ]);
    }),
  );
  const { user, address } = renderRoute('/admin/handoffs');
  const row = within(await screen.findByRole('table', { name: 'Asset system' })).getByRole('row', {
    name: new RegExp(NUMBER),
  });
  expect(within(row).getByText('Overdue')).toBeTruthy();
  expect(within(row).getByText(/^3d/)).toBeTruthy();
  const alarm = await screen.findByText('1 hand-off has waited more than 24 hours for confirmation.');
  expect(alarm).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Show' }));
  expect(address()).toContain('overdue=1');
  expect(asked.at(-1)?.get('is_overdue')).toBe('true');
});

test('tries a failed one again', async () => {
  const { user } = renderRoute('/admin/handoffs');
  await user.click(await screen.findByRole('button', { name: `Retry ${NUMBER}` }));
  expect(await screen.findByText(`${NUMBER} is queued again.`)).toBeTruthy();
  expect(await screen.findByText('Queued', { selector: 'span' })).toBeTruthy();
  expect(sent).toEqual([{ path: 'retry', body: {} }]);
});

test('waives only with a reason, and shows it then', async () => {
  const { user } = renderRoute('/admin/handoffs');
  await user.click(await screen.findByRole('button', { name: `Waive ${NUMBER}` }));
  const dialog = screen.getByRole('dialog');
  const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Waive' });
  expect(confirm.disabled).toBe(true);
  await user.type(within(dialog).getByRole('textbox', { name: 'Reason' }), 'Given by hand.');
  await user.click(confirm);
  expect(await screen.findByText('Waived: Given by hand.')).toBeTruthy();
  expect(sent).toEqual([{ path: 'waive', body: { reason: 'Given by hand.' } }]);
  expect(screen.queryByRole('button', { name: `Waive ${NUMBER}` })).toBeNull();
});

test('says in the dialog why an acknowledgement was refused', async () => {
  server.use(
    http.post('/api/workflow/ams/checkouts/3/acknowledge/', () =>
      problem(409, 'illegal_move', 'It was waived meanwhile.'),
    ),
  );
  const { user } = renderRoute('/admin/handoffs');
  await user.click(await screen.findByRole('button', { name: `Acknowledge ${NUMBER}` }));
  const dialog = screen.getByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Acknowledge' }));
  expect(await within(dialog).findByText('It was waived meanwhile.')).toBeTruthy();
});

test('says that nothing was handed over', async () => {
  renderRoute('/admin/handoffs?tab=bms');
  expect(await screen.findByText('No hand-offs yet')).toBeTruthy();
});
