import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditRow } from '@/api/audit';
import { differencesOf } from '@/features/audit/differences';
import { colleague, NUMBER, page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const row: AuditRow = {
  id: 12,
  at: '2026-11-22T08:00:00Z',
  actor: colleague,
  on_behalf_of_id: null,
  action: 'task.priority_changed',
  object_type: 'task',
  object_id: '1',
  ticket_number: NUMBER,
  old: { priority: 'low', sla: { target: 432_000 } },
  new: { priority: 'urgent', sla: { target: 14_400 } },
  reason: 'The board meets today.',
  request_id: 'r-9',
  ip_address: '10.0.0.7',
  previous_hash: 'aa',
  hash: 'bb',
  content_hash: null,
};

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/audit/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([row]);
    }),
  );
});

test('filters settle into the address and are asked for', async () => {
  const { user, address } = renderRoute('/admin/audit');
  await screen.findByRole('table');
  await user.type(screen.getByRole('textbox', { name: 'Ticket number' }), NUMBER);
  await waitFor(() => expect(address()).toBe(`/admin/audit?ticket_number=${NUMBER}`));
  await waitFor(() => expect(asked.at(-1)?.get('ticket_number')).toBe(NUMBER));
});

test('days of the address are moments in the question', async () => {
  renderRoute('/admin/audit?at_after=2026-11-01');
  await screen.findByRole('table');
  expect(asked[0]?.get('at_after')).toBe(new Date('2026-11-01T00:00:00').toISOString());
});

test('a row shows what was and what is, value by value', async () => {
  const { user } = renderRoute('/admin/audit');
  await user.click(await screen.findByRole('button', { name: /show entry 12$/ }));
  const dialog = screen.getByRole('dialog', { name: 'Entry 12' });
  expect(within(dialog).getByRole('row', { name: 'priority low urgent' })).toBeTruthy();
  expect(within(dialog).getByRole('row', { name: 'sla.target 432000 14400' })).toBeTruthy();
});

describe('verifying the chain', () => {
  test('goes on until it is complete', async () => {
    const from: (string | null)[] = [];
    server.use(
      http.get('/api/workflow/audit/verify/', ({ request }) => {
        const after = new URL(request.url).searchParams.get('after_id');
        from.push(after);
        const isFirst = after === '0';
        return HttpResponse.json({
          valid: true,
          is_complete: !isFirst,
          checked: isFirst ? 50_000 : 7,
          last_id: isFirst ? 50_000 : 50_007,
          last_hash: 'x',
          first_bad_id: null,
          problem: '',
        });
      }),
    );
    const { user } = renderRoute('/admin/audit');
    await user.click(await screen.findByRole('button', { name: 'Verify chain' }));
    expect(await screen.findByText('The chain is intact: 50007 entries verified.')).toBeTruthy();
    expect(from).toEqual(['0', '50000']);
  });

  test('names the first bad row', async () => {
    server.use(
      http.get('/api/workflow/audit/verify/', () =>
        HttpResponse.json({
          valid: false,
          is_complete: false,
          checked: 5,
          last_id: 5,
          last_hash: 'x',
          first_bad_id: 6,
          problem: 'Its hash is not that of its content.',
        }),
      ),
    );
    const { user } = renderRoute('/admin/audit');
    await user.click(await screen.findByRole('button', { name: 'Verify chain' }));
    expect(
      await screen.findByText('The chain is broken at entry 6. Its hash is not that of its content.'),
    ).toBeTruthy();
  });
});

test('parts of a list are told by their ids', () => {
  const old = {
    steps: [
      { id: 4, name: 'Check' },
      { id: 5, name: 'Do' },
    ],
  };
  const fresh = {
    steps: [
      { id: 9, name: 'New' },
      { id: 4, name: 'Check it' },
      { id: 5, name: 'Do' },
    ],
  };
  expect(differencesOf(old, fresh)).toEqual([
    { path: 'steps.4.name', old: 'Check', new: 'Check it' },
    { path: 'steps.9.id', old: null, new: '9' },
    { path: 'steps.9.name', old: null, new: 'New' },
  ]);
});
