import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { chooseBrowserLanguage } from '@/i18n/languages';
import { page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ROOT = '/api/notification/api/v1/inbound-mails';
const ROUTE = '/admin/notifications?tab=inbound';
const mailbox = {
  is_configured: true,
  reply_address: 'reply@tickets.example.com',
  tickets: 'known',
  read_at: '2026-11-22T08:00:00Z',
  error: '',
  failed_at: null,
  waiting: 0,
  failed: 0,
};
const refused = {
  id: 7,
  message_id: '<m@example.net>',
  sender: 'eve@example.net',
  sender_name: 'Eve',
  subject: 'Re: New task',
  file_names: ['log.txt', 'run.exe', 'logo.png'],
  files: [
    { name: 'log.txt', size: 4, outcome: 'attached', reason: '' },
    { name: 'run.exe', size: 2, outcome: 'refused', reason: 'Files of this type are not accepted.' },
    { name: 'logo.png', size: 900, outcome: 'signature', reason: '' },
  ],
  size: 2048,
  verdict: 'refused',
  reason: 'sender_mismatch',
  detail: '',
  user_id: null,
  ticket_number: 'TX18',
  notification_id: 3,
  received_at: '2026-11-22T07:59:00Z',
  judged_at: '2026-11-22T07:59:01Z',
};

function answers(changes: Record<string, unknown> = {}, rows: unknown[] = [refused]) {
  server.use(
    http.get(`${ROOT}/mailbox/`, () => HttpResponse.json({ ...mailbox, ...changes })),
    http.get(`${ROOT}/`, () => page(rows)),
    http.get(`${ROOT}/7/`, () => HttpResponse.json({ ...refused, text: 'The share belongs to Finance.' })),
  );
}

beforeEach(() => {
  server.use(...quietServices(['Admin']));
  server.use(http.get('/api/notification/api/v1/notifications/templates/', () => page([])));
});

describe('the mailbox', () => {
  test('says when it was read and what it takes', async () => {
    answers();
    renderRoute(ROUTE);
    expect(await screen.findByText(/Last read .* Answers to reply@tickets.example.com/)).toBeTruthy();
    expect(screen.getByText(/Other mail of people with an account becomes a ticket/)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('that can not be read says why', async () => {
    answers({ error: 'gaierror: no such host', failed_at: '2026-11-22T08:10:00Z' });
    renderRoute(ROUTE);
    expect((await screen.findByRole('alert')).textContent).toContain('gaierror: no such host');
  });

  test('that is not configured says how to', async () => {
    answers({ is_configured: false, read_at: null }, []);
    renderRoute(ROUTE);
    expect(await screen.findByText(/No mailbox is configured.*MAILBOX_HOST/)).toBeTruthy();
    expect(screen.queryByText(/Last read/)).toBeNull();
  });
});

describe('its mails', () => {
  test('are listed with what became of them, the reason in words and the ticket', async () => {
    answers();
    renderRoute(ROUTE);
    const table = await screen.findByRole('table', { name: 'Inbound mail' });
    expect(within(table).getByText('Refused')).toBeTruthy();
    expect(within(table).getByText('The sender is not who got the mail')).toBeTruthy();
    expect(within(table).getByRole('link', { name: 'TX18' }).getAttribute('href')).toBe('/tickets/TX18');
  });

  test('are filtered by result in the request', async () => {
    const asked: string[] = [];
    answers();
    server.use(
      http.get(`${ROOT}/`, ({ request }) => {
        asked.push(new URL(request.url).searchParams.getAll('verdict').join(','));
        return page([refused]);
      }),
    );
    renderRoute(`${ROUTE}&verdict=refused,failed`);
    await screen.findByRole('table', { name: 'Inbound mail' });
    expect(asked).toEqual(['refused,failed']);
  });

  test('show their text and files, and one is judged again', async () => {
    answers();
    const keys: string[] = [];
    server.use(
      http.post(`${ROOT}/7/retry/`, ({ request }) => {
        keys.push(request.url);
        return HttpResponse.json({ ...refused, verdict: 'comment', reason: '', text: 'x' });
      }),
    );
    const { user } = renderRoute(ROUTE);
    await user.click(await screen.findByRole('button', { name: 'Re: New task' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('The share belongs to Finance.')).toBeTruthy();
    expect(within(dialog).getByText('Not attached: Files of this type are not accepted.')).toBeTruthy();
    expect(within(dialog).getByText('Left out: signature or quoted')).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Judge again' }));
    expect(await screen.findByText('Judged again: Comment.')).toBeTruthy();
    expect(keys.length).toBe(1);
  });

  test('a refusal to judge again is said in the dialog', async () => {
    answers();
    server.use(
      http.post(`${ROOT}/7/retry/`, () => problem(409, 'not_retryable', 'The mail is not kept any more.')),
    );
    const { user } = renderRoute(ROUTE);
    await user.click(await screen.findByRole('button', { name: 'Re: New task' }));
    await user.click(await screen.findByRole('button', { name: 'Judge again' }));
    expect(await screen.findByText(/not kept any more/)).toBeTruthy();
  });

  test('are there in German', async () => {
    answers();
    await chooseBrowserLanguage('de');
    renderRoute(ROUTE);
    expect(await screen.findByText('Abgelehnt')).toBeTruthy();
    expect(screen.getByText('Der Absender ist nicht der Empfänger der Benachrichtigung')).toBeTruthy();
    await chooseBrowserLanguage('en');
  });
});
