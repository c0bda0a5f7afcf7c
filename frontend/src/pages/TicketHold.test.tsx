import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { taskDetail } from '@/test/fixtures';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let task = taskDetail();
let sent: unknown;

beforeEach(() => {
  localStorage.setItem('tts.timeZone', 'Europe/Berlin');
  task = taskDetail();
  sent = undefined;
  serveTicket({ task: () => task });
  server.use(
    http.post('/api/workflow/tasks/1/hold/', async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(task);
    }),
  );
});

async function openDialog() {
  const { user } = await openTicket();
  await user.click(await screen.findByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Put on hold' }));
  const dialog = await screen.findByRole('dialog', { name: 'Put on hold' });
  const choose = async (field: string, choice: string) => {
    await user.click(within(dialog).getByRole('combobox', { name: field }));
    await user.click(await screen.findByRole('option', { name: choice }));
  };
  return {
    user,
    dialog,
    choose,
    confirm: () => user.click(within(dialog).getByRole('button', { name: 'Hold' })),
  };
}

test('waiting for the requester needs no words and ends with the answer', async () => {
  const { choose, confirm } = await openDialog();
  await choose('Waiting for', 'The requester');
  await confirm();
  await waitFor(() =>
    expect(sent).toEqual({ expected_version: 4, reason_code: 'waiting_for_requester', until_answer: true }),
  );
});

test('a hold until a moment may end earlier with the answer; the past is refused here', async () => {
  const { user, dialog, choose, confirm } = await openDialog();
  await choose('Waiting for', 'A date');
  const moment = within(dialog).getByLabelText('Date and time');
  fireEvent.change(moment, { target: { value: '2020-01-01T09:00' } });
  await confirm();
  expect(await within(dialog).findByText('Choose a time in the future.')).toBeTruthy();
  expect(sent).toBeUndefined();
  fireEvent.change(moment, { target: { value: '2096-07-02T09:00' } });
  await user.click(within(dialog).getByRole('checkbox', { name: 'Or earlier, when the requester answers' }));
  await confirm();
  await waitFor(() =>
    expect(sent).toEqual({
      expected_version: 4,
      reason_code: 'waiting_for_date',
      until: '2096-07-02T07:00:00.000Z',
      until_answer: true,
    }),
  );
});

test('a number of working days is sent as such', async () => {
  const { user, dialog, choose, confirm } = await openDialog();
  await choose('Waiting for', 'A supplier');
  await choose('On hold until', 'A number of working days has passed');
  const days = within(dialog).getByRole('spinbutton', { name: 'Working days' });
  await user.clear(days);
  await user.type(days, '3');
  await confirm();
  await waitFor(() =>
    expect(sent).toEqual({ expected_version: 4, reason_code: 'waiting_for_supplier', until_working_days: 3 }),
  );
});

test('the ticket says what it waits for', async () => {
  const hold = {
    reason_code: 'waiting_for_date',
    until: '2026-12-24T08:00:00Z',
    until_answer: true,
  } as const;
  task = taskDetail({ status: 'on_hold', available_transitions: [], hold });
  await openTicket();
  expect(await screen.findByText(/^On hold until .*2026.*9:00.* or the requester answers$/)).toBeTruthy();
});

test('the ticket says that it was answered', async () => {
  task = taskDetail({ answered_at: '2026-11-22T09:00:00Z' });
  await openTicket();
  expect(await screen.findByText('Answered')).toBeTruthy();
});
