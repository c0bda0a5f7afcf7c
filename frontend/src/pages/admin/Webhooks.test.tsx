import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

beforeEach(() => {
  server.use(...quietServices(['Admin']));
});

describe('webhooks', () => {
  const webhook = {
    id: 3,
    url: 'https://hooks.example.com/tickets',
    description: 'Payroll',
    event_types: ['ticket.created', 'ticket.closed'],
    workflow_ids: [],
    priorities: [],
    is_active: true,
    off_reason: '',
    off_at: null,
    failing_since: null,
    created_by: { user_id: 1, full_name: 'Ada Admin' },
    created_at: '2026-11-01T08:00:00Z',
    updated_at: '2026-11-01T08:00:00Z',
  };
  const delivery = {
    id: 9,
    event_id: 'test-1',
    event_type: 'webhook.test',
    ticket_number: '',
    status: 'failed',
    attempts: 2,
    due_at: '2026-11-01T08:00:00Z',
    last_attempt_at: '2026-11-01T08:00:00Z',
    sent_to: webhook.url,
    request_body: '{"id":"test-1"}',
    response_status: 500,
    response_body: 'out of order',
    duration_ms: 12,
    error: '',
    created_at: '2026-11-01T08:00:00Z',
    closed_at: '2026-11-04T08:00:00Z',
  };
  const URL = '/api/notification/api/v1/webhooks/';

  test('the secret of a new one is shown this one time', async () => {
    let sent: unknown;
    server.use(
      http.get(URL, () => page([])),
      http.post(URL, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...webhook, secret: 'whsec_shown+once' }, { status: 201 });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=webhooks');
    expect(await screen.findByText('No webhooks yet')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'New webhook' }));
    await user.type(screen.getByLabelText('URL'), webhook.url);
    for (const box of screen.getAllByRole('checkbox')) {
      if (!['Created', 'Closed'].includes(box.closest('label')?.textContent ?? '')) await user.click(box);
    }
    await user.click(screen.getByRole('button', { name: 'Create webhook' }));
    expect(await screen.findByText('whsec_shown+once')).toBeTruthy();
    expect(sent).toEqual({
      url: webhook.url,
      description: '',
      event_types: ['ticket.created', 'ticket.closed'],
    });
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByText('whsec_shown+once')).toBeNull());
  });

  test('a URL that is refused is said beside its field', async () => {
    server.use(
      http.get(URL, () => page([])),
      http.post(URL, () =>
        HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'private_address', detail: 'The address is a private one.', attr: 'url' }],
          },
          { status: 400 },
        ),
      ),
    );
    const { user } = renderRoute('/admin/system?tab=webhooks');
    await user.click(await screen.findByRole('button', { name: 'New webhook' }));
    await user.type(screen.getByLabelText('URL'), 'https://10.0.0.1/');
    await user.click(screen.getByRole('button', { name: 'Create webhook' }));
    expect(await screen.findByText('The address is a private one.')).toBeTruthy();
  });

  test('a test opens the log, where an event is looked at and sent again', async () => {
    const calls: string[] = [];
    server.use(
      http.get(URL, () => page([webhook])),
      http.post(`${URL}3/test/`, () => {
        calls.push('test');
        return HttpResponse.json(delivery, { status: 202 });
      }),
      http.get(`${URL}3/deliveries/`, () => page([delivery])),
      http.post(`${URL}3/deliveries/9/replay/`, () => {
        calls.push('replay');
        return HttpResponse.json({ ...delivery, status: 'waiting' }, { status: 202 });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=webhooks');
    expect(await screen.findByText('Created, Closed')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Send a test to Payroll' }));
    await user.click(await screen.findByRole('button', { name: 'Details of test-1' }));
    expect(screen.getByText('out of order')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Send again' }));
    expect(await screen.findByText('The event will be sent again.')).toBeTruthy();
    expect(calls).toEqual(['test', 'replay']);
  });

  test('one that was switched off says why, is switched on, rotated and deleted', async () => {
    const calls: unknown[] = [];
    server.use(
      http.get(URL, () => page([{ ...webhook, is_active: false, off_reason: 'failing' }])),
      http.patch(`${URL}3/`, async ({ request }) => {
        calls.push(await request.json());
        return HttpResponse.json(webhook);
      }),
      http.post(`${URL}3/rotate-secret/`, () => HttpResponse.json({ ...webhook, secret: 'whsec_next' })),
      http.delete(`${URL}3/`, () => {
        calls.push('deleted');
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderRoute('/admin/system?tab=webhooks');
    expect(await screen.findByText('Switched off: nothing was accepted for three days')).toBeTruthy();
    const edit = () => user.click(screen.getByRole('button', { name: 'Edit Payroll' }));
    await edit();
    await user.click(screen.getByLabelText('Send events'));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The webhook was saved.')).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await edit();
    await user.click(screen.getByRole('button', { name: 'Rotate secret' }));
    await user.click(screen.getByRole('button', { name: 'Rotate secret' }));
    expect(await screen.findByText('whsec_next')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await edit();
    await user.click(screen.getByRole('button', { name: 'Delete webhook' }));
    await user.click(screen.getByRole('button', { name: 'Delete webhook' }));
    expect(await screen.findByText('The webhook was deleted.')).toBeTruthy();
    expect(calls).toEqual([
      {
        url: webhook.url,
        description: 'Payroll',
        event_types: ['ticket.created', 'ticket.closed'],
        is_active: true,
      },
      'deleted',
    ]);
  });
});
