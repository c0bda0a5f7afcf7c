import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Comment, CommentAttachment } from '@/api/comments';
import { colleague, comment, NUMBER, ticketDetail } from '@/test/fixtures';
import { server } from '@/test/server';
import { openTicket, serveTicket } from '@/test/ticketPage';

// The drawing needs a real layout engine; here only what it says in words matters.
vi.mock('@/components/graph/LazyWorkflowGraph', () => ({ LazyWorkflowGraph: () => null }));

let fetched: string[] = [];
// The network of the tests cannot answer with what jsdom takes for a blob.
const content = async (where: string) => {
  fetched.push(where);
  // Whatever a server says, a PDF is framed as nothing but a PDF.
  return new Blob(['content'], { type: 'text/html' });
};
vi.mock('@/api/comments', async (original) => ({
  ...(await original<typeof import('@/api/comments')>()),
  fetchAttachment: (id: number) => content(`comment ${id}`),
}));
vi.mock('@/api/tickets', async (original) => ({
  ...(await original<typeof import('@/api/tickets')>()),
  fetchTicketFile: ({ id }: { id: number }) => content(`ticket ${id}`),
}));

const attachment = (
  id: number,
  file_name: string,
  content_type: string,
  size = 2_048,
): CommentAttachment => ({
  id,
  comment_id: 1,
  file_name,
  content_type,
  size,
  url: `/attachments/${id}/`,
  uploaded_by: colleague,
  created_at: '2026-11-22T09:00:00Z',
  removed_at: null,
  removed_after_days: null,
});

let comments: Comment[] = [];
let addresses: Map<string, Blob>;
let made = 0;

beforeEach(() => {
  fetched = [];
  addresses = new Map();
  // jsdom has no addresses for what is in memory.
  URL.createObjectURL = (blob) => {
    const address = `blob:test/${++made}`;
    addresses.set(address, blob as Blob);
    return address;
  };
  URL.revokeObjectURL = (address) => void addresses.delete(address);
  Object.defineProperty(navigator, 'pdfViewerEnabled', { value: true, configurable: true });
  comments = [
    comment(1, {
      attachments: [
        attachment(11, 'screen.png', 'image/png'),
        attachment(12, 'log.txt', 'text/plain'),
        attachment(13, 'huge.png', 'image/png', 30 * 2 ** 20),
      ],
    }),
    comment(2, {
      attachments: [
        attachment(21, 'invoice.pdf', 'application/pdf'),
        attachment(22, 'phone.heic', 'image/heic'),
      ],
    }),
  ];
  serveTicket({ comments: () => comments });
  server.use(
    http.get(`/api/workflow/tickets/${NUMBER}/`, () =>
      HttpResponse.json(
        ticketDetail({
          attachments: [
            { id: 7, file_name: 'first.jpg', content_type: 'image/jpeg', size: 900, url: '/attachments/7/' },
            {
              id: 8,
              file_name: 'away.png',
              content_type: 'image/png',
              size: 900,
              url: 'https://desk.example/8',
            },
          ],
        }),
      ),
    ),
  );
});

describe('the files of a ticket', () => {
  test('small pictures show themselves; what is large or elsewhere is not fetched', async () => {
    await openTicket();
    const button = await screen.findByRole('button', { name: /screen\.png/ });
    await waitFor(() => expect(button.querySelector('img')).toBeTruthy());
    expect((await screen.findByRole('button', { name: /huge\.png/ })).querySelector('img')).toBeNull();
    expect(screen.getByRole('link', { name: /away\.png/ }).getAttribute('href')).toBe(
      'https://desk.example/8',
    );
    expect(fetched.sort()).toEqual(['comment 11', 'ticket 7']);
  });

  test('one click shows a picture, keys page through all files, and the focus returns', async () => {
    const { user } = await openTicket();
    const button = await screen.findByRole('button', { name: /screen\.png/ });
    await user.click(button);
    const dialog = await screen.findByRole('dialog', { name: 'screen.png' });
    expect(await within(dialog).findByRole('img', { name: 'screen.png' })).toBeTruthy();
    expect(dialog.textContent).toContain(`2 kB · ${colleague.full_name}`);
    expect(within(dialog).getByRole('status').textContent).toBe('2 of 5');

    await user.keyboard('{ArrowLeft}');
    expect(await screen.findByRole('img', { name: 'first.jpg' })).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Previous file' })).toHaveProperty('disabled', true);
    await user.keyboard('{ArrowLeft}');
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(await screen.findByRole('img', { name: 'huge.png' })).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Next file' }));
    const frame = await waitFor(() => {
      const found = dialog.querySelector('iframe');
      if (!found) throw new Error('no frame yet');
      return found;
    });
    expect(frame.title).toBe('invoice.pdf');
    expect(addresses.get(frame.getAttribute('src') ?? '')?.type).toBe('application/pdf');
    await user.click(within(dialog).getByRole('button', { name: 'Next file' }));
    expect(await within(dialog).findByText(/This browser cannot show this picture/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Next file' })).toHaveProperty('disabled', true);

    // jsdom's focus left the disabled button.
    within(dialog).getByRole('button', { name: 'Close' }).focus();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement).toBe(button);
    // Only the two thumbnails are still shown, and none whose address was given back.
    const shown = [...document.querySelectorAll('img[src^="blob:"]')].map((img) => img.getAttribute('src'));
    await waitFor(() => expect([...addresses.keys()].sort()).toEqual(shown.sort()));
    // What is in memory is not fetched again.
    expect(new Set(fetched).size).toBe(fetched.length);
  });

  test('a browser that shows no PDF files offers the download', async () => {
    Object.defineProperty(navigator, 'pdfViewerEnabled', { value: false, configurable: true });
    const { user } = await openTicket();
    await user.click(await screen.findByRole('button', { name: /invoice\.pdf/ }));
    const dialog = await screen.findByRole('dialog', { name: 'invoice.pdf' });
    expect(await within(dialog).findByText(/does not show PDF files/)).toBeTruthy();
    expect(dialog.querySelector('iframe')).toBeNull();
    expect(within(dialog).getAllByRole('button', { name: 'Download' })).toHaveLength(2);
  });
});
