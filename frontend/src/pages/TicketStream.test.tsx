import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comment } from '@/api/comments';
import type { TimelineEvent } from '@/api/tasks';
import { agent, colleague, comment, NUMBER, taskDetail, ticketDetail } from '@/test/fixtures';
import { server } from '@/test/server';
import { conversation, openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => <p>The drawing</p> }));

let comments: Comment[] = [];
let events: TimelineEvent[] = [];
let task = taskDetail();

beforeEach(() => {
  comments = [];
  task = taskDetail({ updated_at: '2026-11-22T10:00:00Z' });
  events = [
    event(1, 'task_created', { workflow: { id: 2, name: 'IT Support Request' } }, '2026-11-22T08:00:01Z'),
    event(2, 'claimed', {}, '2026-11-22T09:00:01.500000Z'),
  ];
  serveTicket({ task: () => task, comments: () => comments, events: () => events });
});
afterEach(() => vi.restoreAllMocks());

function event(seq: number, name: string, detail: TimelineEvent['detail'], at: string): TimelineEvent {
  return { seq, event: name, actor: agent, detail, reason_code: '', at };
}

const stream = () => screen.getByRole('region', { name: 'Conversation and activity' });
/** The order in which texts stand on the page. */
function order(...texts: RegExp[]): RegExp[] {
  const whole = stream().textContent ?? '';
  return [...texts].sort((a, b) => whole.search(a) - whole.search(b));
}

/** What the page asks the services for, from now on. */
function listen(): string[] {
  const asked: string[] = [];
  server.events.on('request:start', ({ request }) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname}`);
  });
  return asked;
}
afterEach(() => server.events.removeAllListeners());

describe('the stream of a ticket', () => {
  test('is the whole request first, then words and events by time', async () => {
    const long = `It beeps twice.\n${'Line after line.\n'.repeat(60)}The end of it.`;
    server.use(
      http.get(`/api/workflow/tickets/${NUMBER}/`, () =>
        HttpResponse.json(ticketDetail({ description: long })),
      ),
    );
    comments = [comment(1), comment(3, { visibility: 'public' })];
    await openTicket();
    await screen.findByText('comment 3');
    const parts = [
      /It beeps twice/,
      /The end of it/,
      /started in IT/,
      /comment 1/,
      /claimed it/,
      /comment 3/,
    ];
    expect(order(...[...parts].reverse())).toEqual(parts);
    expect(screen.getByRole('article', { name: 'Request' }).textContent).toContain('Olga Berg');
  });

  test('shows one kind only where that is asked for, and the request with what the requester reads', async () => {
    comments = [comment(1), comment(3, { visibility: 'public' })];
    const { user } = await openTicket();
    await screen.findByText('comment 3');
    const filters = within(screen.getByRole('group', { name: 'Show' }));
    await user.click(filters.getByRole('button', { name: 'Activity' }));
    expect(screen.getByText(/claimed it/)).toBeTruthy();
    expect(screen.queryByText(/comment \d/)).toBeNull();
    expect(screen.queryByRole('article', { name: 'Request' })).toBeNull();
    await user.click(filters.getByRole('button', { name: 'Internal notes' }));
    expect(screen.getByText('comment 1')).toBeTruthy();
    expect(screen.queryByText('comment 3')).toBeNull();
    await user.click(filters.getByRole('button', { name: 'Public replies' }));
    expect(screen.getByText('comment 3')).toBeTruthy();
    expect(screen.queryByText(/claimed it|comment 1/)).toBeNull();
    expect(screen.getByRole('article', { name: 'Request' })).toBeTruthy();
  });

  test('a reply stands at its time and says what it answers', async () => {
    comments = [comment(1), comment(2), comment(3, { parent_id: 1, text: 'Here it is.' })];
    await openTicket();
    await screen.findByText('Here it is.');
    expect(screen.getByRole('button', { name: 'Reply to Peter Novak: comment 1' })).toBeTruthy();
    expect(order(/Here it is/, /comment 2/)).toEqual([/comment 2/, /Here it is/]);
  });

  test('words that went with an act stand once, behind it', async () => {
    const detail = { reason: 'We wait for the part.', client_id: 'c-1' };
    events = [
      ...events,
      event(3, 'held', detail, '2026-11-22T09:00:05Z'),
      event(4, 'resumed', {}, '2026-11-22T09:01:00Z'),
    ];
    comments = [comment(5, { author: agent, client_id: 'c-1', text: 'We wait for the part.' })];
    await openTicket();
    expect(await screen.findAllByText('We wait for the part.')).toHaveLength(1);
    expect(order(/We wait for/, /put it on hold/)).toEqual([/put it on hold/, /We wait for/]);
  });

  test('begins with its newest part; earlier ones come on demand and leave no hole', async () => {
    const all = Array.from({ length: 150 }, (_, index) =>
      comment(index + 1, {
        text: `comment ${index + 1}.`,
        created_at: new Date(Date.UTC(2026, 10, 22, 10, index)).toISOString(),
      }),
    );
    server.use(
      http.get('/api/messaging/comments/', ({ request }) => {
        const params = new URL(request.url).searchParams;
        const page = Number(params.get('page'));
        expect(params.get('ordering')).toBe('-id');
        const results = [...all].reverse().slice((page - 1) * 100, page * 100);
        return HttpResponse.json({ count: 150, next: page === 1 ? 'more' : null, previous: null, results });
      }),
    );
    const { user } = await openTicket();
    await screen.findByText('comment 150.');
    expect(screen.getByText('comment 51.')).toBeTruthy();
    // What is older than the first comment shown would stand in the wrong place.
    expect(screen.queryByText(/comment 50\.|claimed it/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Show earlier' }));
    await screen.findByText('comment 1.');
    expect(order(/comment 51\./, /comment 50\./, /claimed it/)).toEqual([
      /claimed it/,
      /comment 50\./,
      /comment 51\./,
    ]);
    expect(screen.getAllByRole('article')).toHaveLength(151);
    expect(screen.queryByRole('button', { name: 'Show earlier' })).toBeNull();
  });

  test('opens at the first unread comment where that is out of sight', async () => {
    comments = [comment(1), comment(2), comment(3)];
    server.use(
      http.get(`/api/messaging/tickets/${NUMBER}/read-state/`, () =>
        HttpResponse.json({ last_read_seq: 1, unread_comments: 2 }),
      ),
    );
    vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 4000, 100, 24));
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
    await openTicket();
    const mark = await screen.findByRole('separator', { name: 'New' });
    expect(scrolled.mock.contexts).toEqual([mark]);
    // Whoever reads there is not moved on by what comes.
    act(() => {
      conversation().greet(3);
      conversation().say({ type: 'comment_update', action: 'create', comment: comment(4), seq: 4 });
    });
    await screen.findByText('comment 4');
  });
});

describe('the reason over the acts', () => {
  const reason = { name: 'Reason of the last act' };

  test('is there until somebody acts', async () => {
    const detail = {
      transition: { id: 22, name: 'Send back', outcome: 'return' },
      from_step: { id: 12, name: 'Check' },
      to_step: { id: 11, name: 'Resolve' },
      comment: 'The serial number is missing.',
    };
    events = [...events, { ...event(3, 'transition', detail, '2026-11-22T09:30:00Z'), actor: colleague }];
    await openTicket();
    const banner = await screen.findByRole('note', reason);
    expect(banner.textContent).toMatch(/Peter Novak: Send back.*The serial number is missing\./);
    const acts = screen.getByRole('group', { name: 'Actions' });
    expect(banner.compareDocumentPosition(acts)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);

    events = [
      ...events,
      event(4, 'held', { reason: 'No part.' }, '2026-11-22T11:00:00Z'),
      event(5, 'resumed', {}, '2026-11-22T11:01:00Z'),
    ];
    act(() => {
      conversation().greet(0);
      conversation().say({
        type: 'ticket_update',
        event: 'resumed',
        occurred_at: '2026-11-22T11:01:00Z',
        seq: 1,
      });
    });
    await waitFor(() => expect(screen.queryByRole('note', reason)).toBeNull());
  });
});

describe('what a ticket asks for', () => {
  test('is five things, each once, also when its events are replayed', async () => {
    comments = [comment(1), comment(2)];
    server.use(
      http.get(`/api/messaging/tickets/${NUMBER}/read-state/`, () =>
        HttpResponse.json({ last_read_seq: 0, unread_comments: 2 }),
      ),
    );
    const asked = listen();
    await openTicket();
    await screen.findByText('comment 2');
    act(() => {
      conversation().greet(9);
      for (const seq of [3, 4])
        conversation().say({ type: 'ticket_update', event: 'claimed', occurred_at: events[1]?.at, seq });
      conversation().say({ type: 'resumed', seq: 9, complete: true });
    });
    await waitFor(() => expect(conversation().sent).toContainEqual({ type: 'read', seq: 2 }));
    expect(asked.filter((each) => /tickets|tasks\/1|comments/.test(each)).sort()).toEqual([
      'GET /api/messaging/comments/',
      `GET /api/messaging/tickets/${NUMBER}/read-state/`,
      'GET /api/workflow/tasks/1/',
      'GET /api/workflow/tasks/1/timeline/',
      `GET /api/workflow/tickets/${NUMBER}/`,
    ]);
  });

  test('an event that the page does not know yet asks again', async () => {
    await openTicket();
    await screen.findByText(/claimed it/);
    act(() => conversation().greet(0));
    events = [...events, event(3, 'escalated', { role: 'IT Lead' }, '2026-11-22T10:30:00Z')];
    task = { ...task, updated_at: '2026-11-22T10:30:00Z' };
    act(() =>
      conversation().say({
        type: 'ticket_update',
        event: 'escalated',
        occurred_at: '2026-11-22T10:30:00Z',
        seq: 1,
      }),
    );
    expect(await screen.findByText(/escalated it to IT Lead/)).toBeTruthy();
  });

  test('the diagram and the clock’s arithmetic are asked for when they are opened', async () => {
    const asked = listen();
    const { user } = await openTicket();
    const steps = screen.getByRole('list', { name: 'Steps so far' });
    expect(within(steps).getByText('Resolve').closest('li')?.getAttribute('aria-current')).toBe('step');
    await user.click(screen.getByRole('button', { name: 'Diagram' }));
    expect(await screen.findByText('The drawing')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Explain' }));
    expect(await screen.findByText(/Target 8h, 6h elapsed/)).toBeTruthy();
    expect(asked.filter((each) => /graph|sla/.test(each))).toEqual([
      'GET /api/workflow/tasks/1/graph/',
      'GET /api/workflow/tasks/1/sla/',
    ]);
  });
});
