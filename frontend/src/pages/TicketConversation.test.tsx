import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comment } from '@/api/comments';
import { agent, colleague, comment, NUMBER, page, problem } from '@/test/fixtures';
import { server } from '@/test/server';
import { conversation, openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let comments: Comment[] = [];

beforeEach(() => {
  comments = [];
  serveTicket({ comments: () => comments });
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

  test('markup is rendered, plain words stay as typed, and an edit shows the source', async () => {
    const source = '**Restart** [the server](https://a.example/x)\n<img src=x onerror=alert(1)>';
    comments = [
      comment(1, { author: agent, text: source }),
      comment(2, { text: '  5 * 3 * 2 = 30\n\n\n#TX123' }),
    ];
    const { user } = await openTicket();
    expect((await screen.findByText('Restart')).tagName).toBe('STRONG');
    const link = screen.getByRole('link', { name: 'the server' });
    expect(link.getAttribute('href')).toBe('https://a.example/x');
    expect(link.getAttribute('rel')).toContain('noopener');
    const entry = link.closest('article') as HTMLElement;
    expect(entry.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(entry.querySelector('img')).toBeNull();
    expect(document.querySelector('[data-comment="2"]')?.textContent).toContain(
      '  5 * 3 * 2 = 30\n\n\n#TX123',
    );

    await user.click(within(entry).getByRole('button', { name: 'Edit' }));
    const field = await within(entry).findByRole('textbox');
    expect((field as HTMLTextAreaElement).value).toBe(source);
  });

  test('a reply quotes the plain words of what it answers, or names its files', async () => {
    const file = {
      id: 5,
      comment_id: 2,
      file_name: 'plan.txt',
      content_type: 'text/plain',
      size: 9,
      url: '/attachments/5/',
      uploaded_by: agent,
      created_at: '2026-11-22T09:00:00Z',
      removed_at: null,
      removed_after_days: null,
    };
    comments = [
      comment(1, { author: agent, text: '**Restart** the `server`' }),
      comment(2, { author: agent, text: '', attachments: [file] }),
      comment(3, { parent_id: 1 }),
      comment(4, { parent_id: 2 }),
    ];
    await openTicket();
    const name = agent.full_name;
    expect(await screen.findByText(`Reply to ${name}: Restart the server`)).toBeTruthy();
    expect(screen.getByText(`Reply to ${name}: plan.txt`)).toBeTruthy();
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
    const mark = await screen.findByRole('separator', { name: 'New' });
    expect(mark.compareDocumentPosition(screen.getByText('comment 1'))).toBe(
      Node.DOCUMENT_POSITION_PRECEDING,
    );
    expect(mark.compareDocumentPosition(screen.getByText('comment 2'))).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
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

  test.each([
    { name: 'a.png', leaves: true },
    { name: 'virus.exe', leaves: false },
  ])(
    'words sent before $name is judged wait for the verdict (they leave: $leaves)',
    async ({ name, leaves }) => {
      const posted: unknown[] = [];
      let judge = () => {};
      const asked = new Promise<void>((done) => {
        judge = done;
      });
      server.use(
        http.get('/api/messaging/attachments/kinds/', () => asked),
        kindsAre,
        uploadsAre(() => HttpResponse.json(uploadOf(4, name), { status: 201 })),
        http.post('/api/messaging/comments/', async ({ request }) => {
          posted.push(await request.json());
          return HttpResponse.json(comment(9, { author: agent, text: 'See the file' }), { status: 201 });
        }),
      );
      const { user } = await openTicket();
      const box = await noteBox();
      drop(box, new File(['x'], name));
      await user.type(box, 'See the file');
      await user.keyboard('{Control>}{Enter}{/Control}');
      await new Promise((done) => setTimeout(done, 50));
      expect(posted).toEqual([]);
      judge();
      if (leaves) {
        await waitFor(() => expect(posted).toMatchObject([{ text: 'See the file', uploads: [4] }]));
      } else {
        expect(await screen.findByText('virus.exe: files of this type are not accepted.')).toBeTruthy();
        await new Promise((done) => setTimeout(done, 50));
        expect(posted).toEqual([]);
        expect(box.value).toBe('See the file');
      }
    },
  );

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
