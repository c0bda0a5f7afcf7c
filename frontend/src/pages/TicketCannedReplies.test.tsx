import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { agent, cannedReply, comment, page, teamRole } from '@/test/fixtures';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let asked: string[] = [];
let posted: string[] = [];

beforeEach(() => {
  asked = [];
  posted = [];
  serveTicket({});
  server.use(
    http.get('/api/messaging/canned-replies/', ({ request }) => {
      asked.push(new URL(request.url).search);
      return page([
        cannedReply(1, {
          title: 'Thanks',
          text: 'Dear {{requester.first_name}},\nthank you for {{ticket.number}}. {{agent.name}}',
        }),
        cannedReply(2, { title: 'Restart', text: 'Please restart.', scope: 'team', role_id: 3 }),
        cannedReply(3, {
          title: 'Category',
          text: 'It is about {{ticket.category}}, {{step}}.',
          scope: 'all',
        }),
      ]);
    }),
    http.get('/api/workflow/roles/', () => page([teamRole(3, 'IT Support')])),
    http.post('/api/messaging/comments/', async ({ request }) => {
      const { text, client_id } = (await request.json()) as { text: string; client_id: string };
      posted.push(text);
      return HttpResponse.json(comment(9, { author: agent, text, client_id }), { status: 201 });
    }),
  );
});

const box = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Write an internal note…' });

test('a slash opens the menu, which is walked and filtered by keys and inserts what is filled in', async () => {
  const { user } = await openTicket();
  expect(asked).toEqual([]);
  await user.type(box(), 'Hello /');
  const list = await screen.findByRole('listbox', { name: 'Canned replies' });
  expect(asked).toEqual(['?offered=true&page=1&page_size=100']);
  expect(within(list).getAllByRole('option')).toHaveLength(3);
  expect(
    within(list)
      .getByRole('option', { name: /Category/ })
      .getAttribute('aria-selected'),
  ).toBe('true');
  expect(await within(list).findByText('Team: IT Support')).toBeTruthy();
  expect(within(list).getByText('All agents')).toBeTruthy();
  expect(within(list).getByText('Only me')).toBeTruthy();
  await user.keyboard('{ArrowDown}');
  const active = within(list).getByRole('option', { name: /Restart/ });
  expect(active.getAttribute('aria-selected')).toBe('true');
  expect(box().getAttribute('aria-activedescendant')).toBe(active.id);

  await user.keyboard('tha');
  expect(within(list).getAllByRole('option')).toHaveLength(1);
  await user.keyboard('{Enter}');
  expect(box().value).toBe('Hello Dear Olga,\nthank you for TX20261122000001. Ines Costa');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(screen.queryByText(/Not filled in/)).toBeNull();
});

test('Escape closes the menu and keeps the slash; Enter is a new line again', async () => {
  const { user } = await openTicket();
  await user.type(box(), '/r');
  await screen.findByRole('option', { name: /Restart/ });
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(document.activeElement).toBe(box());
  await user.keyboard('{Enter}');
  expect(box().value).toBe('/r\n');
});

test('the button opens the menu at the caret, and a click inserts', async () => {
  const { user } = await openTicket();
  await user.type(box(), 'Well');
  await user.click(screen.getByRole('button', { name: 'Insert a canned reply' }));
  await user.click(await screen.findByRole('option', { name: /Restart/ }));
  expect(box().value).toBe('Well Please restart.');
});

test('a placeholder without a value is said, selected, and sending it is asked about', async () => {
  serveTicket({});
  server.use(
    http.get('/api/workflow/tickets/:number/', async () => {
      const { ticketDetail } = await import('@/test/fixtures');
      return HttpResponse.json(ticketDetail({ category: '' }));
    }),
  );
  const { user } = await openTicket();
  await user.type(box(), '/cat');
  await screen.findByRole('option', { name: /Category/ });
  await user.keyboard('{Enter}');
  expect(box().value).toBe('It is about {{ticket.category}}, Resolve.');
  expect(await screen.findByText('Not filled in: {{ticket.category}}')).toBeTruthy();
  const selected = () => box().value.slice(box().selectionStart, box().selectionEnd);
  await waitFor(() => expect(selected()).toBe('{{ticket.category}}'));

  await user.keyboard('{Control>}{Enter}{/Control}');
  const dialog = await screen.findByRole('dialog', { name: 'Send with an unfilled placeholder?' });
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(selected()).toBe('{{ticket.category}}'));
  expect(posted).toEqual([]);
  await user.keyboard('printers{Control>}{Enter}{/Control}');
  await waitFor(() => expect(box().value).toBe(''));
  expect(screen.queryByRole('dialog')).toBeNull();
  await screen.findByText('It is about printers, Resolve.');
});

test('it can be sent all the same', async () => {
  const { user } = await openTicket();
  await user.click(box());
  await user.paste('As in {{requester.name}}');
  await user.click(screen.getByRole('button', { name: 'Add note' }));
  await user.click(await screen.findByRole('button', { name: 'Send anyway' }));
  expect(await screen.findByText('As in {{requester.name}}')).toBeTruthy();
  expect(box().value).toBe('');
});

test('people without replies are told where to write one', async () => {
  server.use(http.get('/api/messaging/canned-replies/', () => page([])));
  const { user } = await openTicket();
  await user.type(box(), '/');
  expect(await screen.findByText('No canned replies yet.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Manage canned replies' }).getAttribute('href')).toBe(
    '/canned-replies',
  );
});
