import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comment } from '@/api/comments';
import type { Person } from '@/api/types';
import { FakeSocket } from '@/test/FakeSocket';
import {
  agent,
  colleague,
  comment,
  graph,
  NUMBER,
  page,
  problem,
  quietServices,
  taskDetail,
  ticketDetail,
} from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let task = taskDetail();
let comments: Comment[] = [];

const clock = {
  state: 'on_track',
  due_at: '2026-11-22T18:00:00Z',
  remaining_seconds: 7200,
  target_seconds: 28800,
  elapsed_seconds: 21600,
  started_at: '2026-11-22T08:00:00Z',
  at_risk_at: null,
  intervals: [],
};

beforeEach(() => {
  task = taskDetail();
  comments = [];
  server.use(...quietServices());
  server.use(
    http.get(`/api/workflow/tickets/${NUMBER}/`, () => HttpResponse.json(ticketDetail())),
    http.get('/api/workflow/tasks/1/', () => HttpResponse.json(task)),
    http.get('/api/workflow/tasks/1/graph/', () => HttpResponse.json(graph)),
    http.get('/api/workflow/tasks/1/sla/', () => HttpResponse.json({ task: clock, visit: null })),
    http.get('/api/messaging/comments/', () => page(comments)),
  );
});

async function openTicket() {
  const view = renderRoute(`/tickets/${NUMBER}`);
  await screen.findByRole('heading', { name: 'Laptop will not start' });
  return view;
}

function conversation() {
  return FakeSocket.to(`/ws/comments/${NUMBER}/`);
}

test('a closed ticket says how much time was to spare, and of nobody that they have it', async () => {
  task = taskDetail({
    status: 'completed',
    assignee: null,
    current_step: null,
    closed_at: '2026-11-22T16:00:00Z',
    available_transitions: [],
    available_actions: [],
  });
  const met = { ...clock, state: 'met', due_at: null };
  server.use(http.get('/api/workflow/tasks/1/sla/', () => HttpResponse.json({ task: met, visit: null })));
  await openTicket();
  expect((await screen.findByRole('timer')).textContent).toBe('2h remaining');
  expect(screen.queryByText('Assignee')).toBeNull();
  expect(screen.getByText('Owner')).toBeTruthy();
});

describe('a hand-off to the next system', () => {
  const failed = { system: 'ams', id: 7, attempts: 8, external_reference: '' } as const;
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
    await waitFor(() => expect(sent).toEqual({ expected_version: 4, reason: 'Waiting for the part' }));
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

describe('the conversation', () => {
  test('a comment of a colleague appears as soon as the socket brings it', async () => {
    comments = [comment(1)];
    await openTicket();
    await screen.findByText('comment 1');
    act(() => {
      conversation().greet(1);
      conversation().say({
        type: 'comment_update',
        action: 'create',
        comment: comment(2, { text: 'Part ordered' }),
        seq: 2,
      });
    });
    expect(await screen.findByText('Part ordered')).toBeTruthy();
  });

  test('a reply from the help desk bears the name of who wrote it there', async () => {
    comments = [
      comment(1, {
        author: null,
        outside_author: { full_name: 'Rosa Lim', service: 'hdts' },
        visibility: 'public',
        text: 'The one called Budget.',
      }),
    ];
    await openTicket();
    const entry = (await screen.findByText('The one called Budget.')).closest('article');
    expect(entry?.textContent).toContain('Rosa Lim');
    expect(entry?.textContent).toContain('at the help desk');
  });

  test('an own comment shows at once and is confirmed by its client id', async () => {
    const { user } = await openTicket();
    await screen.findByText('No comments yet');
    act(() => conversation().greet(0));
    await user.type(screen.getByRole('textbox', { name: 'Write an internal note…' }), 'On my way');
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    expect(await screen.findByText('sending…')).toBeTruthy();

    const frame = conversation().sent.find((each) => each.type === 'comment_create');
    expect(frame).toMatchObject({ text: 'On my way', visibility: 'internal' });
    act(() =>
      conversation().say({
        type: 'comment_update',
        action: 'create',
        comment: comment(3, {
          author: agent,
          text: 'On my way',
          client_id: String(frame?.client_id),
          seq: 1,
        }),
        seq: 1,
      }),
    );
    await waitFor(() => expect(screen.queryByText('sending…')).toBeNull());
    expect(screen.getAllByText('On my way')).toHaveLength(1);
  });

  test('without a socket it is posted over REST, and a failure can be tried again with the same id', async () => {
    const sent: Record<string, unknown>[] = [];
    let isDown = true;
    server.use(
      http.post('/api/messaging/comments/', async ({ request }) => {
        const body = (await request.json()) as Record<string, unknown>;
        sent.push(body);
        if (isDown) return problem(503, 'error', 'The database is away.');
        return HttpResponse.json(
          comment(4, { author: agent, text: 'Hello', client_id: String(body.client_id) }),
          { status: 201 },
        );
      }),
    );
    const { user } = await openTicket();
    await user.type(await screen.findByRole('textbox', { name: 'Write an internal note…' }), 'Hello');
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    expect(await screen.findByText(/Not sent yet.* The database is away\./)).toBeTruthy();

    isDown = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByText(/Not sent/)).toBeNull());
    expect(screen.getAllByText('Hello')).toHaveLength(1);
    expect(sent[0]?.client_id).toBe(sent[1]?.client_id);
  });

  test('what the server refuses is not tried again by itself, and the words stay', async () => {
    let tries = 0;
    server.use(
      http.post('/api/messaging/comments/', () => {
        tries += 1;
        return problem(400, 'invalid', 'The text is not allowed.');
      }),
    );
    const { user } = await openTicket();
    await user.type(await screen.findByRole('textbox', { name: 'Write an internal note…' }), 'Hello');
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    expect(await screen.findByText(/Not sent\. The text is not allowed\./)).toBeTruthy();
    act(() => conversation().greet(0));
    expect(conversation().sent.filter((each) => each.type === 'comment_create')).toEqual([]);
    expect(tries).toBe(1);
    expect(screen.getByText('Hello')).toBeTruthy();
  });

  test('what was written without a line survives a reload and goes out once when the line is back', async () => {
    server.use(http.post('/api/messaging/comments/', () => HttpResponse.error()));
    const first = await openTicket();
    await first.user.type(
      await screen.findByRole('textbox', { name: 'Write an internal note…' }),
      'From the train',
    );
    await first.user.click(screen.getByRole('button', { name: 'Add note' }));
    expect(await screen.findByText(/Not sent yet.*No connection/)).toBeTruthy();
    first.unmount();

    await openTicket();
    expect(await screen.findByText(/Not sent yet/)).toBeTruthy();
    act(() => conversation().greet(0));
    const frames = () => conversation().sent.filter((each) => each.type === 'comment_create');
    await waitFor(() => expect(frames()).toHaveLength(1));
    const told = { author: agent, text: 'From the train', client_id: String(frames()[0]?.client_id), seq: 1 };
    act(() =>
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(9, told), seq: 1 }),
    );
    await waitFor(() => expect(screen.queryByText(/Not sent yet|sending/)).toBeNull());
    expect(screen.getAllByText('From the train')).toHaveLength(1);
    expect(frames()).toHaveLength(1);
  });

  test('a person is mentioned by choosing the name with the keyboard', async () => {
    const { user } = await openTicket();
    await screen.findByText('No comments yet');
    act(() => conversation().greet(0));
    const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Write an internal note…' });
    await user.type(box, 'Please look, @nov');
    expect(await screen.findByRole('option', { name: /Peter Novak/ })).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(box.value).toBe('Please look, @Peter Novak ');
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.keyboard('{Control>}{Enter}{/Control}');
    const frame = conversation().sent.find((each) => each.type === 'comment_create');
    expect(frame).toMatchObject({ text: 'Please look, @Peter Novak', mentions: [colleague.user_id] });
    const told = {
      author: agent,
      text: String(frame?.text),
      mentions: [colleague],
      client_id: String(frame?.client_id),
    };
    act(() =>
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(1, told), seq: 1 }),
    );
    expect((await screen.findByText('@Peter Novak')).tagName).toBe('SPAN');
  });

  test('marks what is new, and remembers how far one has read', async () => {
    comments = [comment(1), comment(2), comment(3)];
    const remembered: unknown[] = [];
    server.use(
      http.get(`/api/messaging/tickets/${NUMBER}/read-state/`, () =>
        HttpResponse.json({ last_read_seq: 1, unread_comments: 2 }),
      ),
      http.put(`/api/messaging/tickets/${NUMBER}/read-state/`, async ({ request }) => {
        remembered.push(await request.json());
        return HttpResponse.json({ last_read_seq: 3, unread_comments: 0 });
      }),
    );
    await openTicket();
    await screen.findByText('comment 3');
    await waitFor(() => expect(screen.getAllByText('New')).toHaveLength(2));
    await waitFor(() => expect(remembered).toEqual([{ seq: 3 }]));
  });

  test('an edited comment shows its author what it said before', async () => {
    comments = [comment(2, { author: agent, text: 'Third floor', edited_at: '2026-11-22T09:30:00Z' })];
    server.use(
      http.get('/api/messaging/comments/2/history/', () =>
        page([{ text: 'Second floor', replaced_by: agent, replaced_at: '2026-11-22T09:30:00Z' }]),
      ),
    );
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: 'edited' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit history' });
    expect(await within(dialog).findByText('Second floor')).toBeTruthy();
    expect(within(dialog).getByText('Third floor')).toBeTruthy();
  });

  test('a hole in the sequence is asked for once, and closed by the replay', async () => {
    comments = [comment(1)];
    await openTicket();
    await screen.findByText('comment 1');
    act(() => {
      conversation().greet(1);
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(4), seq: 4 });
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(5), seq: 5 });
    });
    expect(await screen.findByText('comment 5')).toBeTruthy();
    const resumes = () => conversation().sent.filter((each) => each.type === 'resume');
    expect(resumes()).toEqual([{ type: 'resume', last_seq: 1 }]);

    act(() => {
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(2), seq: 2 });
      conversation().say({ type: 'resumed', seq: 5, complete: true });
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(6), seq: 6 });
    });
    expect(await screen.findByText('comment 2')).toBeTruthy();
    expect(await screen.findByText('comment 6')).toBeTruthy();
    expect(resumes()).toHaveLength(1);
  });

  test('after a lost line it comes back and resumes where it was', async () => {
    comments = [comment(1)];
    await openTicket();
    await screen.findByText('comment 1');
    const first = conversation();
    act(() => first.greet(1));
    act(() => first.drop(1006));
    await screen.findByText(/Reconnecting…/);
    await waitFor(() => expect(conversation()).not.toBe(first), { timeout: 4000 });
    act(() => conversation().greet(3));
    expect(conversation().sent).toContainEqual({ type: 'resume', last_seq: 1 });
  });

  test('a refusal is final and said', async () => {
    await openTicket();
    await screen.findByText('No comments yet');
    const first = conversation();
    act(() => first.drop(4403));
    expect(await screen.findByText(/you do not have access to this conversation/)).toBeTruthy();
    expect(conversation()).toBe(first);
  });

  test('who loses the right while the ticket is open is told, and nothing of it is kept or asked for', async () => {
    comments = [comment(1)];
    const { user, container } = await openTicket();
    await screen.findByText('comment 1');
    const socket = conversation();
    act(() => socket.greet(1));
    const asked: string[] = [];
    server.events.on('request:start', ({ request }) => void asked.push(new URL(request.url).pathname));
    server.use(
      http.get(`/api/workflow/tickets/${NUMBER}/`, () =>
        problem(404, 'not_found', 'There is no such ticket.'),
      ),
    );
    vi.useFakeTimers({ shouldAdvanceTime: true });
    act(() => socket.drop(4403));
    await screen.findByText(`You no longer have access to ${NUMBER}`);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    vi.useRealTimers();
    server.events.removeAllListeners();
    expect(asked.filter((path) => /comments|tickets|tasks\/1/.test(path))).toEqual([]);
    expect(container.textContent).not.toMatch(/comment 1|Laptop will not start/);
    expect(conversation()).toBe(socket);

    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Not found')).toBeTruthy();
  });

  test('an answer that refuses what was shown before counts as losing the right', async () => {
    await openTicket();
    await screen.findByText('No comments yet');
    act(() => conversation().greet(0));
    server.use(
      http.get('/api/workflow/tasks/1/', () => problem(403, 'permission_denied', 'Not for your role.')),
    );
    act(() => conversation().say({ type: 'ticket_update', event: 'transferred', seq: 1 }));
    expect(await screen.findByText(`You no longer have access to ${NUMBER}`)).toBeTruthy();
  });

  const kindsAre = http.get('/api/messaging/attachments/kinds/', () =>
    HttpResponse.json({
      kinds: [
        { extension: 'png', content_type: 'image/png', is_shown: true },
        { extension: 'txt', content_type: 'text/plain', is_shown: false },
      ],
      max_bytes: 20_000,
      max_files: 10,
    }),
  );
  const uploadOf = (id: number, file_name: string) => ({
    id,
    ticket_id: NUMBER,
    file_name,
    content_type: 'image/png',
    size: 1,
    url: `/uploads/${id}/`,
    created_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const uploadsAre = (...answers: (() => Response)[]) =>
    http.post(`/api/messaging/tickets/${NUMBER}/uploads/`, () => {
      const answer = answers.shift();
      if (!answer) throw new Error('no further upload was expected');
      return answer();
    });
  const drop = (box: HTMLElement, ...files: File[]) => fireEvent.drop(box, { dataTransfer: { files } });
  const noteBox = () =>
    screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Write an internal note…' });

  test('a file that the server would refuse is refused when it is chosen, by the server’s own list', async () => {
    server.use(
      kindsAre,
      uploadsAre(() => HttpResponse.json(uploadOf(1, 'a.png'), { status: 201 })),
    );
    await openTicket();
    drop(
      await noteBox(),
      new File(['x'], 'a.png'),
      new File(['x'], 'virus.exe'),
      new File(['x'.repeat(30_000)], 'b.png'),
    );
    expect(await screen.findByText('virus.exe: files of this type are not accepted.')).toBeTruthy();
    expect(screen.getByText(/^b\.png is larger than/)).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Remove a.png' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Remove virus.exe' })).toBeNull();
  });

  test('nothing is sent until its files are on the server; then the words name them', async () => {
    let posted: Record<string, unknown> | null = null;
    server.use(
      kindsAre,
      uploadsAre(
        () => problem(400, 'file_type_not_allowed', 'The content is not a whole PNG picture.'),
        () => HttpResponse.json(uploadOf(4, 'a.png'), { status: 201 }),
      ),
      http.post('/api/messaging/comments/', async ({ request }) => {
        posted = (await request.json()) as Record<string, unknown>;
        return HttpResponse.json(comment(9, { author: agent, text: 'See the picture' }), { status: 201 });
      }),
    );
    const { user } = await openTicket();
    const box = await noteBox();
    drop(box, new File(['x'], 'a.png'));
    await user.type(box, 'See the picture');
    expect(await screen.findByText(/not a whole PNG picture/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Add note' })).toHaveProperty('disabled', true);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(posted).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(screen.getByRole('button', { name: 'Add note' })).toHaveProperty('disabled', false),
    );
    await user.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(posted).toMatchObject({ text: 'See the picture', uploads: [4] }));
    expect(screen.queryByRole('button', { name: 'Remove a.png' })).toBeNull();
  });

  test('a public reply with a file is the same after a reload, and in another tab', async () => {
    server.use(
      kindsAre,
      uploadsAre(() => HttpResponse.json(uploadOf(4, 'a.png'), { status: 201 })),
    );
    const first = await openTicket();
    await first.user.click(await screen.findByRole('button', { name: 'Public reply' }));
    const box = await screen.findByRole('textbox', { name: 'Write an internal note…' });
    await first.user.type(box, 'Here it is');
    drop(box, new File(['x'], 'a.png'));
    await screen.findByRole('button', { name: 'Remove a.png' });
    first.unmount();

    await openTicket();
    const again = await noteBox();
    expect(again.value).toBe('Here it is');
    expect(screen.getByRole('button', { name: 'Public reply' }).getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByRole('button', { name: 'Remove a.png' })).toBeTruthy();
    // Another tab writes on.
    const key = Object.keys(localStorage).find((name) => name.startsWith('tts.draft')) ?? '';
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
    localStorage.setItem(key, JSON.stringify({ ...kept, text: 'Here it is, complete' }));
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key })));
    expect(again.value).toBe('Here it is, complete');
  });

  test('what is being written survives a reload', async () => {
    const first = await openTicket();
    await first.user.type(
      await screen.findByRole('textbox', { name: 'Write an internal note…' }),
      'Half a thou',
    );
    first.unmount();
    await openTicket();
    expect(
      (await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Write an internal note…' })).value,
    ).toBe('Half a thou');
  });

  test('a change that was being written survives a reload, and is gone once it is saved', async () => {
    comments = [comment(1, { author: agent, text: 'The part is here' })];
    server.use(
      http.patch('/api/messaging/comments/1/', async ({ request }) => {
        const { text } = (await request.json()) as { text: string };
        comments = [comment(1, { author: agent, text })];
        return HttpResponse.json(comments[0]);
      }),
    );
    const first = await openTicket();
    await first.user.click(await screen.findByRole('button', { name: 'Edit' }));
    await first.user.type(screen.getByRole('textbox', { name: 'Edit comment' }), ' on Monday');
    first.unmount();

    const { user } = await openTicket();
    const box = await screen.findByRole('textbox', { name: 'Edit comment' });
    expect(box).toHaveProperty('value', 'The part is here on Monday');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The part is here on Monday', { selector: 'span' })).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Edit comment' })).toBeNull());
    expect(localStorage.getItem('tts.draft.7.edit-1')).toBeNull();
  });

  test('a deleted comment leaves its place, and only own ones can be edited', async () => {
    comments = [
      comment(1, { deleted_at: '2026-11-22T09:10:00Z', text: '' }),
      comment(2, { author: agent }),
      comment(3),
    ];
    await openTicket();
    expect(await screen.findByText('This comment was deleted.')).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Edit' })).toHaveLength(1);
    expect(screen.getAllByRole('button', { name: 'Delete' })).toHaveLength(1);
  });

  test('who is here and who is writing is shown', async () => {
    await openTicket();
    await screen.findByText('No comments yet');
    act(() => {
      conversation().greet(0);
      conversation().say({ type: 'presence', users: [agent, colleague] });
    });
    expect(await screen.findByText('Also viewing: Peter Novak')).toBeTruthy();
    act(() => conversation().say({ type: 'typing', user_id: colleague.user_id }));
    expect(await screen.findByText('Peter Novak is typing…')).toBeTruthy();
  });
});
