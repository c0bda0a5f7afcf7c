import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Person } from '@/api/types';
import { agent, colleague, NUMBER, page, problem, taskDetail } from '@/test/fixtures';
import { server } from '@/test/server';
import { conversation, openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let task = taskDetail();

beforeEach(() => {
  task = taskDetail();
  serveTicket({ task: () => task });
});

test('a closed ticket says how much time was to spare, and of nobody that they have it', async () => {
  task = taskDetail({
    status: 'completed',
    assignee: null,
    current_step: null,
    closed_at: '2026-11-22T16:00:00Z',
    available_transitions: [],
    available_actions: [],
  });
  if (task.sla) task.sla = { ...task.sla, state: 'met', due_at: null };
  await openTicket();
  expect((await screen.findByRole('timer')).textContent).toBe('2h remaining');
  expect(screen.queryByText('Assignee')).toBeNull();
  expect(screen.getByText('Owner')).toBeTruthy();
});

describe('a hand-off to the next system', () => {
  const failed = { system: 'ams', id: 7, attempts: 8, external_reference: '', last_error_code: '' } as const;
  const handingOff = (assignee: Person) =>
    taskDetail({
      status: 'handing_off',
      current_step: null,
      assignee,
      available_transitions: [],
      available_actions: [],
      handoff: { ...failed, status: 'failed', last_error: 'The asset is unknown.' },
    });

  test('says why it failed, and whoever has it now can try again', async () => {
    task = handingOff(agent);
    let calls = 0;
    server.use(
      http.post('/api/workflow/ams/checkouts/7/retry/', () => {
        calls += 1;
        task = {
          ...task,
          assignee: null,
          handoff: { ...failed, status: 'queued', attempts: 0, last_error: '' },
        };
        return HttpResponse.json({ id: 7, ticket_number: NUMBER, status: 'queued' });
      }),
    );
    const { user } = await openTicket();
    const note = await screen.findByRole('region', { name: 'Hand-off to the asset system' });
    expect(note.textContent).toMatch(/Failed.*8 attempts.*Response: The asset is unknown\./);
    await user.click(within(note).getByRole('button', { name: 'Retry' }));
    expect(await within(note).findByText('Queued')).toBeTruthy();
    expect(calls).toBe(1);
    expect(within(note).queryByRole('button')).toBeNull();
  });

  test('is waived with a reason only, and a refusal is said', async () => {
    task = handingOff(agent);
    const sent: unknown[] = [];
    server.use(
      http.post('/api/workflow/ams/checkouts/7/waive/', async ({ request }) => {
        sent.push(await request.json());
        if (sent.length === 1) return problem(409, 'handoff_settled', 'It was settled meanwhile.');
        task = {
          ...task,
          status: 'completed',
          handoff: { ...failed, status: 'waived', last_error: 'The asset is unknown.' },
        };
        return HttpResponse.json({ id: 7, ticket_number: NUMBER, status: 'waived' });
      }),
    );
    const { user } = await openTicket();
    const note = await screen.findByRole('region', { name: 'Hand-off to the asset system' });
    await user.click(within(note).getByRole('button', { name: 'Waive' }));
    const dialog = await screen.findByRole('dialog');
    const submit = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Waive' });
    expect(submit.disabled).toBe(true);
    await user.type(within(dialog).getByRole('textbox'), 'Booked by hand');
    await user.click(submit);
    expect(await within(dialog).findByText('It was settled meanwhile.')).toBeTruthy();
    await user.click(submit);
    expect(await within(note).findByText('Waived')).toBeTruthy();
    expect(sent.at(-1)).toEqual({ reason: 'Booked by hand' });
  });

  test('is only looked at by everybody else', async () => {
    task = handingOff(colleague);
    await openTicket();
    const note = await screen.findByRole('region', { name: 'Hand-off to the asset system' });
    expect(note.textContent).toContain('The asset is unknown.');
    expect(within(note).queryByRole('button')).toBeNull();
  });
});

describe('acting on a ticket', () => {
  test('performs a transition with the version it was decided on, and shows what came of it', async () => {
    let sent: unknown;
    server.use(
      http.post('/api/workflow/transitions/', async ({ request }) => {
        sent = await request.json();
        task = taskDetail({
          status: 'completed',
          current_step: null,
          assignee: null,
          available_transitions: [],
          version: 5,
        });
        return HttpResponse.json({ id: 1 }, { status: 201 });
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'Resolve' }));
    expect(await screen.findByText('This ticket is completed.')).toBeTruthy();
    expect(sent).toEqual({ task_id: 1, transition_id: 21, expected_version: 4 });
  });

  test('asks for a comment where one is needed, and does not go on without it', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post('/api/workflow/transitions/', async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ id: 1 }, { status: 201 });
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'Send back' }));
    const dialog = await screen.findByRole('dialog', { name: 'Send back' });
    await user.click(within(dialog).getByRole('button', { name: 'Send back' }));
    expect(within(dialog).getByText(/A comment is required/)).toBeTruthy();
    expect(sent).toEqual([]);

    await user.type(within(dialog).getByRole('textbox'), 'Serial number is missing');
    await user.click(within(dialog).getByRole('button', { name: 'Send back' }));
    await waitFor(() =>
      expect(sent).toEqual([
        { task_id: 1, transition_id: 22, expected_version: 4, comment: 'Serial number is missing' },
      ]),
    );
  });

  test('when someone was faster it says who, and offers only what is legal now', async () => {
    server.use(
      http.post('/api/workflow/transitions/', () => {
        task = taskDetail({ assignee: colleague, available_transitions: [], version: 5 });
        return problem(409, 'version_conflict', 'Peter Novak changed this ticket just now.');
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'Resolve' }));
    expect(await screen.findByText(/Peter Novak changed this ticket just now\./)).toBeTruthy();
    expect(await screen.findByText('Assigned to Peter Novak.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Resolve' })).toBeNull();
  });

  test('a task without an assignee can be claimed', async () => {
    task = taskDetail({
      status: 'pending',
      assignee: null,
      available_transitions: [],
      available_actions: ['claim'],
    });
    server.use(
      http.post('/api/workflow/tasks/1/claim/', () => {
        task = taskDetail({ version: 5 });
        return HttpResponse.json(task);
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'Claim' }));
    expect(await screen.findByRole('button', { name: 'Resolve' })).toBeTruthy();
  });

  test('putting on hold needs a reason', async () => {
    let sent: unknown;
    server.use(
      http.post('/api/workflow/tasks/1/hold/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(task);
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'More' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Put on hold' }));
    const dialog = await screen.findByRole('dialog', { name: 'Put on hold' });
    await user.click(within(dialog).getByRole('button', { name: 'Hold' }));
    expect(within(dialog).getByText('A reason is required.')).toBeTruthy();
    await user.type(within(dialog).getByRole('textbox'), 'Waiting for the part');
    await user.click(within(dialog).getByRole('button', { name: 'Hold' }));
    await waitFor(() =>
      expect(sent).toEqual({
        expected_version: 4,
        reason: 'Waiting for the part',
        reason_code: 'other',
      }),
    );
  });

  test('is moved to another workflow after a look at what that comes to', async () => {
    task = taskDetail({
      available_actions: ['move'],
      move_offer: { workflow_id: 9, name: 'Asset request' },
    });
    let sent: unknown;
    server.use(
      http.get('/api/workflow/workflows/', () =>
        page([
          { id: 2, name: 'IT Support Request', status: 'deployed' },
          { id: 8, name: 'Draft only', status: 'draft' },
          { id: 9, name: 'Asset request', status: 'deployed' },
        ]),
      ),
      http.get('/api/workflow/tasks/1/move-preview/', ({ request }) => {
        expect(new URL(request.url).searchParams.get('workflow_id')).toBe('9');
        return HttpResponse.json({
          workflow: { id: 9, name: 'Asset request' },
          workflow_version: 1,
          first_step: { id: 31, name: 'Check stock', role: 'Asset Manager' },
          target_seconds: 28_800,
          due_at: '2026-11-23T10:00:00Z',
          due_at_before: '2026-11-22T18:00:00Z',
          voids_votes: 1,
        });
      }),
      http.post('/api/workflow/tasks/1/move/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...task, workflow: { id: 9, name: 'Asset request' } });
      }),
    );
    const { user } = await openTicket();
    await screen.findByText('This ticket now fits the workflow “Asset request”.');
    await user.click(screen.getByRole('button', { name: 'Move…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Move to another workflow' });
    const preview = await within(dialog).findByRole('region', { name: 'Preview' });
    expect(await within(preview).findByText('Check stock')).toBeTruthy();
    expect(within(preview).getByText('1 vote given so far no longer counts.')).toBeTruthy();
    expect(within(dialog).queryByRole('option', { name: 'Draft only' })).toBeNull();
    const submit = within(dialog).getByRole('button', { name: 'Move ticket' });
    expect(submit).toHaveProperty('disabled', true);
    await user.type(within(dialog).getByRole('textbox', { name: /Reason/ }), 'It is about a projector');
    await user.click(submit);
    await waitFor(() =>
      expect(sent).toEqual({ expected_version: 4, workflow_id: 9, reason: 'It is about a projector' }),
    );
    expect(await screen.findByText(`${NUMBER} was moved to Asset request.`)).toBeTruthy();
  });

  test('an own vote can be withdrawn while nothing is decided, another’s can’t', async () => {
    const vote = { outcome: 'approve', comment: '', cast_at: '2026-11-22T09:00:00Z' } as const;
    task = taskDetail({
      approval: {
        required: 3,
        mode: 'count',
        votes: [
          { ...vote, person: agent, is_role_since_removed: false },
          { ...vote, person: colleague, is_role_since_removed: false },
        ],
      },
    });
    let sent: unknown;
    server.use(
      http.post('/api/workflow/tasks/1/withdraw-vote/', async ({ request }) => {
        sent = await request.json();
        task = taskDetail({ version: 5 });
        return HttpResponse.json(task);
      }),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'Withdraw vote' }));
    expect(await screen.findByText('Your vote was withdrawn. You can vote again.')).toBeTruthy();
    expect(sent).toEqual({ expected_version: 4 });
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Withdraw vote' })).toBeNull());
  });

  test('is shown again when the socket tells of a change by someone else', async () => {
    await openTicket();
    await screen.findByRole('button', { name: 'Resolve' });
    task = taskDetail({ status: 'on_hold', available_transitions: [] });
    act(() => {
      conversation().greet(3);
      conversation().say({ type: 'ticket_update', event: 'held', task: {}, seq: 4 });
    });
    expect(await screen.findByText('On hold')).toBeTruthy();
  });
});
