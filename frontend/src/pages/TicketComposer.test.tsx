import { createEvent, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { agent, comment, NUMBER } from '@/test/fixtures';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let posted: unknown[] = [];

beforeEach(() => {
  posted = [];
  serveTicket({});
  server.use(
    http.get('/api/messaging/attachments/kinds/', () =>
      HttpResponse.json({
        kinds: [{ extension: 'png', content_type: 'image/png', is_shown: true }],
        max_bytes: 20_000,
        max_files: 3,
      }),
    ),
    http.post(`/api/messaging/tickets/${NUMBER}/uploads/`, () =>
      HttpResponse.json(
        { id: 4, file_name: 'stored.png', size: 1, expires_at: '2099-01-01T00:00:00Z' },
        { status: 201 },
      ),
    ),
    http.post('/api/messaging/comments/', async ({ request }) => {
      posted.push(await request.json());
      return HttpResponse.json(comment(9, { author: agent, text: '' }), { status: 201 });
    }),
  );
});

const noteBox = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Write an internal note…' });
const png = (name: string) => new File(['x'], name, { type: 'image/png' });
const transferOf = (...files: File[]) => ({ files, types: ['Files'], getData: () => '' });

describe('files of a comment', () => {
  test('a pasted screenshot is attached and sent without words; an act needs words', async () => {
    const { user } = await openTicket();
    const box = await noteBox();
    const send = screen.getByRole('button', { name: 'Add note' });
    expect(send).toHaveProperty('disabled', true);
    await user.click(box);
    fireEvent.paste(box, { clipboardData: transferOf(png('image.png')) });
    expect(await screen.findByRole('button', { name: 'Remove stored.png' })).toBeTruthy();
    expect(send).toHaveProperty('disabled', false);
    expect(screen.getByRole('button', { name: 'Add note and …' })).toHaveProperty('disabled', true);
    await user.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
    expect(posted).toEqual([]);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(posted).toMatchObject([{ text: '', uploads: [4] }]));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Remove stored.png' })).toBeNull());
    expect(send).toHaveProperty('disabled', true);
  });

  test('pasted words stay words', async () => {
    await openTicket();
    const box = await noteBox();
    const event = createEvent.paste(box, {
      clipboardData: { ...transferOf(png('image.png')), getData: () => 'a\tb' },
    });
    fireEvent(box, event);
    expect(event.defaultPrevented).toBe(false);
    expect(screen.queryByText(/uploading/)).toBeNull();
  });

  test.each([
    ['dropped anywhere', 'drop', 'dataTransfer'],
    ['pasted outside of a field', 'paste', 'clipboardData'],
  ] as const)('a file %s on the page is attached', async (_how, kind, name) => {
    await openTicket();
    const box = await noteBox();
    const heading = screen.getByRole('heading', { name: 'Laptop will not start' });
    if (kind === 'drop') {
      fireEvent.dragOver(heading, { dataTransfer: transferOf() });
      expect(await screen.findByText(/Drop the files to attach them/)).toBeTruthy();
    }
    fireEvent[kind](heading, { [name]: transferOf(png('a.png')) });
    expect(await screen.findByRole('button', { name: 'Remove stored.png' })).toBeTruthy();
    expect(screen.queryByText(/Drop the files to attach them/)).toBeNull();
    expect(document.activeElement).toBe(box);
  });

  test('a file dropped on the bar itself is attached once', async () => {
    const uploads: unknown[] = [];
    server.use(
      http.post(`/api/messaging/tickets/${NUMBER}/uploads/`, () => {
        uploads.push(1);
        return HttpResponse.json(
          { id: 4, file_name: 'stored.png', size: 1, expires_at: '2099-01-01T00:00:00Z' },
          { status: 201 },
        );
      }),
    );
    await openTicket();
    fireEvent.drop(await noteBox(), { dataTransfer: transferOf(png('a.png')) });
    expect(await screen.findByRole('button', { name: 'Remove stored.png' })).toBeTruthy();
    expect(uploads).toHaveLength(1);
  });
});

test('buttons give what is selected a format; the arrow keys go along them', async () => {
  const { user } = await openTicket();
  const box = await noteBox();
  await user.type(box, 'see this');
  box.setSelectionRange(4, 8);
  const bar = screen.getByRole('toolbar', { name: 'Formatting' });
  await user.click(within(bar).getByRole('button', { name: 'Bold' }));
  expect(box.value).toBe('see **this**');
  expect(document.activeElement).toBe(box);
  await waitFor(() => expect(box.value.slice(box.selectionStart, box.selectionEnd)).toBe('this'));
  await user.click(within(bar).getByRole('button', { name: 'Quote' }));
  expect(box.value).toBe('> see **this**');

  within(bar).getByRole('button', { name: 'Bold' }).focus();
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(within(bar).getByRole('button', { name: 'Italic' }));
  expect(
    within(bar)
      .getAllByRole('button')
      .filter((each) => each.tabIndex === 0),
  ).toHaveLength(1);
});
