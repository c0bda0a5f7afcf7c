import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Reminder } from '@/api/reminders';
import { NUMBER, page, problem, quietServices, taskDetail } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let reminders: Reminder[] = [];
let sent: { ticket_number: string; remind_at: string; note: string }[] = [];

function reminder(changes: Partial<Reminder> = {}): Reminder {
  return {
    id: 5,
    ticket_number: NUMBER,
    subject: 'Laptop will not start',
    status: 'in_progress',
    remind_at: '2096-07-02T07:00:00Z',
    note: 'Call Olga back',
    created_at: '2026-11-22T08:00:00Z',
    updated_at: '2026-11-22T08:00:00Z',
    ...changes,
  };
}

const serveReminders = () => [
  http.get('/api/workflow/reminders/', () => page(reminders)),
  http.post('/api/workflow/reminders/', async ({ request }) => {
    const body = (await request.json()) as (typeof sent)[number];
    sent.push(body);
    reminders = [reminder(body)];
    return HttpResponse.json(reminders[0], { status: 201 });
  }),
  http.delete('/api/workflow/reminders/:id/', ({ params }) => {
    const isKnown = reminders.some((each) => each.id === Number(params.id));
    reminders = reminders.filter((each) => each.id !== Number(params.id));
    return isKnown
      ? new HttpResponse(null, { status: 204 })
      : problem(404, 'not_found', 'There is no such reminder.');
  }),
];

beforeEach(() => {
  localStorage.setItem('tts.timeZone', 'Europe/Berlin');
  reminders = [];
  sent = [];
});

test('on a ticket a reminder is set from the menu, shown as a line, and deleted', async () => {
  serveTicket({});
  server.use(...serveReminders());
  const { user } = await openTicket();
  await user.click(await screen.findByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Remind me…' }));
  const dialog = await screen.findByRole('dialog', { name: `Remind me of ${NUMBER}` });
  await user.selectOptions(within(dialog).getByLabelText('Reminder'), 'Tomorrow morning');
  await user.type(within(dialog).getByLabelText('Note'), 'Call Olga back');
  await user.click(within(dialog).getByRole('button', { name: 'Set reminder' }));
  expect(await screen.findByText('Call Olga back', { selector: 'span' })).toBeTruthy();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ ticket_number: NUMBER, note: 'Call Olga back' });
  // Nine o'clock in Berlin, in winter or in summer.
  expect(sent[0]?.remind_at).toMatch(/T0[78]:00:00\.000Z$/);
  expect(await screen.findByRole('link', { name: /^Reminders/ })).toHaveProperty('textContent', 'Reminders1');
  await user.click(screen.getByRole('button', { name: 'Delete reminder' }));
  await waitFor(() => expect(screen.queryByText('Call Olga back', { selector: 'span' })).toBeNull());
});

test('of a closed ticket too, and by its key', async () => {
  serveTicket({
    task: () => taskDetail({ status: 'completed', available_actions: [], available_transitions: [] }),
  });
  server.use(...serveReminders());
  const { user } = await openTicket();
  await screen.findByRole('button', { name: 'More' });
  await user.keyboard('m');
  expect(await screen.findByRole('dialog', { name: `Remind me of ${NUMBER}` })).toBeTruthy();
});

test('the list shows the note and changes a reminder; the past is refused here', async () => {
  reminders = [reminder()];
  server.use(...serveReminders(), ...quietServices());
  const { user } = renderRoute('/reminders');
  expect(await screen.findByText('Call Olga back')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: `Change the reminder of ${NUMBER}` }));
  const dialog = await screen.findByRole('dialog', { name: `Change the reminder of ${NUMBER}` });
  const moment = within(dialog).getByLabelText('Date and time');
  expect(moment).toHaveProperty('value', '2096-07-02T09:00');
  fireEvent.change(moment, { target: { value: '2020-01-01T09:00' } });
  await user.click(within(dialog).getByRole('button', { name: 'Set reminder' }));
  expect(await within(dialog).findByText('Choose a time in the future.')).toBeTruthy();
  expect(sent).toEqual([]);
  fireEvent.change(moment, { target: { value: '2096-12-02T09:00' } });
  await user.click(within(dialog).getByRole('button', { name: 'Set reminder' }));
  await waitFor(() =>
    expect(sent).toEqual([
      { ticket_number: NUMBER, remind_at: '2096-12-02T08:00:00.000Z', note: 'Call Olga back' },
    ]),
  );
});

test('what the service refuses is said, and what was typed is kept', async () => {
  reminders = [reminder()];
  server.use(
    http.post('/api/workflow/reminders/', () =>
      problem(409, 'too_many_reminders', 'A person has at most 200 reminders.'),
    ),
    ...serveReminders(),
    ...quietServices(),
  );
  const { user } = renderRoute('/reminders');
  await user.click(await screen.findByRole('button', { name: `Change the reminder of ${NUMBER}` }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Set reminder' }));
  expect(await within(dialog).findByText('A person has at most 200 reminders.')).toBeTruthy();
  expect(within(dialog).getByLabelText('Note')).toHaveProperty('value', 'Call Olga back');
});

test('deleting one that has come meanwhile is no error; an empty list says what they are for', async () => {
  reminders = [reminder()];
  server.use(...serveReminders(), ...quietServices());
  const { user } = renderRoute('/reminders');
  const remove = await screen.findByRole('button', { name: `Delete the reminder of ${NUMBER}` });
  reminders = [];
  await user.click(remove);
  expect(await screen.findByText('No reminders')).toBeTruthy();
  expect(screen.queryByText('There is no such reminder.')).toBeNull();
});
