import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { OtherTask, RequesterCard } from '@/api/tasks';
import { colleague, problem, ticketDetail } from '@/test/fixtures';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

const person = { id: '', name: 'Olga Berg', email: 'olga.berg@example.com' };
let asked: number;

function other(id: number, changes: Partial<OtherTask> = {}): OtherTask {
  return {
    id,
    ticket_number: `TX${id}`,
    subject: `Request ${id}`,
    status: 'in_progress',
    assignee: colleague,
    created_at: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    closed_at: null,
    age_seconds: 3 * 86_400,
    ...changes,
  };
}

function answer(changes: Partial<RequesterCard> = {}) {
  const nothing = { count: 0, tasks: [] };
  const card = { requester: person, department: 'IT Department', open: nothing, closed: nothing, ...changes };
  server.use(
    http.get('/api/workflow/tasks/1/requester/', () => {
      asked += 1;
      return HttpResponse.json(card);
    }),
  );
}

beforeEach(() => {
  asked = 0;
  serveTicket({});
});

async function openCard() {
  const { user } = await openTicket();
  const card = within(screen.getByRole('region', { name: 'Requester' }));
  await user.click(card.getByRole('button', { name: 'Show other tickets' }));
  return { user, card };
}

test('the contact comes with the ticket; the other tickets are asked for when they are opened', async () => {
  answer();
  const { user } = await openTicket();
  const card = within(screen.getByRole('region', { name: 'Requester' }));
  expect(card.getByText('Olga Berg')).toBeTruthy();
  expect(card.getByText('IT Department')).toBeTruthy();
  expect(card.getByRole('link', { name: person.email }).getAttribute('href')).toBe(`mailto:${person.email}`);
  const button = card.getByRole('button', { name: 'Show other tickets' });
  expect(button.getAttribute('aria-expanded')).toBe('false');
  expect(asked).toBe(0);
  await user.click(button);
  await card.findByText('No other tickets that you have access to.');
  expect(asked).toBe(1);
  await user.click(card.getByRole('button', { name: 'Hide other tickets', expanded: true }));
  expect(card.queryByText('No other tickets that you have access to.')).toBeNull();
});

test('lists open and past tickets with how many more there are and where to search for them', async () => {
  answer({
    open: { count: 4, tasks: [other(31), other(32, { status: 'pending', assignee: null })] },
    closed: {
      count: 1,
      tasks: [
        other(33, {
          status: 'completed',
          assignee: null,
          closed_at: new Date(Date.now() - 2 * 86_400_000).toISOString(),
        }),
      ],
    },
  });
  const { card } = await openCard();
  const open = within(await card.findByRole('list', { name: 'Other open tickets (4)' }));
  const [first, second] = open.getAllByRole('listitem');
  expect(open.getByRole('link', { name: 'TX31' }).getAttribute('href')).toBe('/tickets/TX31');
  expect(first?.textContent).toMatch(/TX31.*In progress.*Request 31.*Peter Novak · Opened 3 days ago/);
  expect(second?.textContent).toMatch(/TX32.*Pending.*Request 32.*Unassigned · Opened 3 days ago/);
  expect(card.getByText(/^2 more/)).toBeTruthy();
  expect(card.getByRole('link', { name: 'Search the inbox for “Olga Berg”' }).getAttribute('href')).toBe(
    '/inbox?view=all&status=pending%2Cin_progress%2Con_hold%2Chanding_off&search=Olga+Berg',
  );
  const past = within(card.getByRole('list', { name: 'Past tickets (1)' }));
  expect(past.getByRole('listitem').textContent).toMatch(/TX33.*Completed.*Request 33Closed 2 days ago/);
  // All of them are shown.
  expect(card.queryByRole('link', { name: /Search the archive/ })).toBeNull();
});

const closed = { count: 9, tasks: [other(33, { status: 'rejected', closed_at: '2026-11-20T08:00:00Z' })] };

test('past tickets that are not shown are searched for in the archive', async () => {
  answer({ closed });
  const { card } = await openCard();
  const link = await card.findByRole('link', { name: 'Search the archive for “Olga Berg”' });
  expect(link.getAttribute('href')).toBe('/archive?search=Olga+Berg');
});

test('a name that the search would refuse is no link', async () => {
  answer({ closed, requester: { ...person, name: 'a b c d e f g h i' } });
  const { card } = await openCard();
  expect(await card.findByText('8 more')).toBeTruthy();
  expect(card.queryByRole('link', { name: /Search the archive/ })).toBeNull();
});

test('says why nothing can be found of somebody without an ID and an address', async () => {
  answer({ requester: { ...person, email: '' } });
  const { card } = await openCard();
  expect(await card.findByText(/gave no ID or email address/)).toBeTruthy();
});

test('an address begins no other part of the mail', async () => {
  const email = 'olga?bcc=someone@example.com';
  server.use(
    http.get('/api/workflow/tickets/:number/', () =>
      HttpResponse.json(ticketDetail({ requester: { name: 'Olga Berg', email } })),
    ),
  );
  await openTicket();
  expect(screen.getByRole('link', { name: email }).getAttribute('href')).toBe(
    'mailto:olga%3Fbcc%3Dsomeone@example.com',
  );
});

test('a failure is told, and another try succeeds', async () => {
  server.use(
    http.get('/api/workflow/tasks/1/requester/', () => problem(404, 'not_found', 'There is no such task.')),
  );
  const { card, user } = await openCard();
  expect(await card.findByRole('alert')).toBeTruthy();
  // The contact stays.
  expect(card.getByText('Olga Berg')).toBeTruthy();
  answer({ open: { count: 1, tasks: [other(31)] } });
  await user.click(card.getByRole('button', { name: 'Try again' }));
  expect(await card.findByRole('link', { name: 'TX31' })).toBeTruthy();
  expect(card.queryByRole('alert')).toBeNull();
});
