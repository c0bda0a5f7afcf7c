import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import type { IntakeDetail, UnmatchedTicket } from '@/api/intake';
import { NUMBER, page, problem, quietServices, ticketDetail } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const broken: IntakeDetail = {
  id: 31,
  queue: 'TICKET_TASKS_PRODUCTION',
  message_id: 'm-31',
  ticket_number: NUMBER,
  ticket_id: null,
  verdict: 'invalid',
  reason: 'priority: Soonish is no priority.',
  rule: '',
  workflow_id: null,
  dead_letter_id: 4,
  replay_of_id: null,
  replayed_by_id: null,
  request_id: 'r-1',
  received_at: '2026-11-22T08:00:00Z',
  headers: { lang: 'py' },
  body: { ticket_number: NUMBER, subject: 'Laptop', priority: 'Soonish' },
  raw_body: '',
  body_removed_at: null,
  body_sha256: '',
};

const lonely: UnmatchedTicket = {
  id: 9,
  ticket_number: NUMBER,
  subject: 'Coffee machine leaks',
  category: 'Facilities',
  sub_category: '',
  department: 'House',
  priority: 'low',
  unmatched_reason: 'no_workflow',
  unmatched_detail: [{ workflow_id: 5, name: 'Building Service', status: 'draft', why: 'Not deployed.' }],
  received_at: '2026-11-22T08:00:00Z',
  updated_at: '2026-11-22T08:00:00Z',
  submitted_at: null,
  source_service: 'hdts',
  source_number: '',
  source_status: '',
  requester: null,
  task: null,
  intake_state: 'unmatched',
};

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
  server.use(
    ...quietServices(['Agent', 'Admin']),
    http.get('/api/workflow/intake/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([broken]);
    }),
    http.get('/api/workflow/intake/31/', () => HttpResponse.json(broken)),
    http.get('/api/workflow/tickets/', ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return page([lonely]);
    }),
  );
});

describe('the ledger', () => {
  test('asks for what the address says', async () => {
    const { user, address } = renderRoute('/admin/intake?verdict=invalid&page=2');
    expect(await screen.findByText('priority: Soonish is no priority.')).toBeTruthy();
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({ verdict: 'invalid', page: '2', page_size: '25' });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Result' }), 'unmatched');
    expect(address()).toBe('/admin/intake?verdict=unmatched');
  });

  test('takes a corrected message in again', async () => {
    let sent: unknown;
    server.use(
      http.post('/api/workflow/intake/31/replay/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...broken, id: 32, verdict: 'accepted', replay_of_id: 31 });
      }),
    );
    const { user } = renderRoute('/admin/intake');
    await user.click(await screen.findByRole('button', { name: /open message 31$/ }));
    await user.click(await screen.findByRole('button', { name: 'Correct and replay' }));
    const body = screen.getByRole('textbox', { name: 'Ticket as JSON' });
    await user.clear(body);
    await user.click(body);
    await user.paste('{"ticket_number": "TX1", ');
    expect(screen.getByText('Invalid JSON object.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Replay' }).disabled).toBe(true);
    await user.paste('"priority": "High"}');
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    expect(await screen.findByText('Replayed: Accepted.')).toBeTruthy();
    expect(sent).toEqual({ body: { ticket_number: 'TX1', priority: 'High' } });
  });

  test('replays the raw body of what could not be read', async () => {
    let sent: unknown;
    server.use(
      http.get('/api/workflow/intake/31/', () =>
        HttpResponse.json({ ...broken, verdict: 'unreadable', body: null, raw_body: '[1' }),
      ),
      http.post('/api/workflow/intake/31/replay/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...broken, id: 32, verdict: 'accepted', replay_of_id: 31 });
      }),
    );
    const { user } = renderRoute('/admin/intake');
    await user.click(await screen.findByRole('button', { name: /open message 31$/ }));

    await user.click(await screen.findByRole('button', { name: 'Replay as it came' }));

    await waitFor(() => expect(sent).toEqual({ body: null }));
  });

  test('says which field is still wrong', async () => {
    server.use(
      http.post('/api/workflow/intake/31/replay/', () =>
        HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'invalid', detail: 'Unknown priority.', attr: 'priority' }],
          },
          { status: 400 },
        ),
      ),
    );
    const { user } = renderRoute('/admin/intake');
    await user.click(await screen.findByRole('button', { name: /open message 31$/ }));
    await user.click(await screen.findByRole('button', { name: 'Correct and replay' }));
    await user.click(screen.getByRole('button', { name: 'Replay' }));
    expect(await screen.findByText('priority: Unknown priority.')).toBeTruthy();
  });

  test('is not for agents', async () => {
    server.use(...quietServices(['Agent']));
    renderRoute('/admin/intake');
    expect(await screen.findByText('Access denied')).toBeTruthy();
  });
});

describe('a ticket without a workflow', () => {
  test('shows what comes near and why it does not fit', async () => {
    renderRoute('/admin/intake?tab=unmatched');
    const table = await screen.findByRole('table', { name: 'Unmatched tickets' });
    expect(within(table).getByText('House › Facilities')).toBeTruthy();
    expect(within(table).getByText('No matching workflow.')).toBeTruthy();
    expect(within(table).getByText('Not deployed.')).toBeTruthy();
    expect(within(table).getByRole('link', { name: 'Building Service' }).getAttribute('href')).toBe(
      '/admin/workflows/5?tab=settings',
    );
    expect(asked[0]?.get('intake_state')).toBe('unmatched');
  });

  test('is looked at again, and the answer is told', async () => {
    let isServed = false;
    server.use(
      http.post(`/api/workflow/tickets/${NUMBER}/reroute/`, () =>
        HttpResponse.json(ticketDetail(isServed ? {} : { task: null, intake_state: 'unmatched' })),
      ),
    );
    const { user } = renderRoute('/admin/intake?tab=unmatched');
    const again = () => screen.getByRole('button', { name: `Match again: ${NUMBER}` });
    await screen.findByRole('table');
    await user.click(again());
    expect(await screen.findByText(`${NUMBER} still has no workflow.`)).toBeTruthy();
    isServed = true;
    await user.click(again());
    expect(await screen.findByText(`${NUMBER} started in IT Support Request.`)).toBeTruthy();
  });

  test('list says when there is none, and what went wrong', async () => {
    server.use(http.get('/api/workflow/tickets/', () => page([])));
    const { user } = renderRoute('/admin/intake?tab=unmatched');
    expect(await screen.findByText('No unmatched tickets')).toBeTruthy();
    server.use(http.get('/api/workflow/intake/', () => problem(400, 'invalid', 'Page 9 is past the end.')));
    await user.click(screen.getByRole('tab', { name: 'Ledger' }));
    await waitFor(() => expect(screen.getByText('Page 9 is past the end.')).toBeTruthy());
  });
});
