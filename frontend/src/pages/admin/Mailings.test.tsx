import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { page, problem, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ROOT = '/api/notification/api/v1/notifications';
const template = {
  id: 2,
  notification_type: 'task_assignment',
  language: 'en',
  label: 'A task is assigned to me',
  version: 3,
  subject: 'New task: {{ ticket }}',
  body_text: 'Hello',
  body_html: '<p>Hello</p>',
  inapp_message: 'It is yours.',
  edited_by: { user_id: 1, full_name: 'Ada Admin' },
  updated_at: '2026-11-22T08:00:00Z',
  variables: [
    { name: 'ticket', description: 'The ticket', sample: 'TX1', is_required: true, is_secret: false },
  ],
};

const german = {
  ...template,
  id: 22,
  language: 'de',
  label: 'Mir wird ein Ticket zugewiesen',
  subject: 'Ihnen zugewiesen: {{ ticket }}',
};

beforeEach(() => {
  server.use(...quietServices(['Admin']));
  server.use(
    http.get(`${ROOT}/templates/`, ({ request }) =>
      page([new URL(request.url).searchParams.get('language') === 'de' ? german : template]),
    ),
    http.get(`${ROOT}/templates/22/`, () => HttpResponse.json(german)),
    http.get(`${ROOT}/templates/22/versions/`, () => page([])),
    http.post(`${ROOT}/templates/22/preview/`, () =>
      HttpResponse.json({ subject: 'Ihnen zugewiesen: TX1', text: '', html: '', inapp_message: '' }),
    ),
    http.get(`${ROOT}/templates/2/`, () => HttpResponse.json(template)),
    http.get(`${ROOT}/templates/2/versions/`, () =>
      page([
        { ...template, created_at: template.updated_at },
        { ...template, version: 2, edited_by: null, created_at: template.updated_at },
      ]),
    ),
    http.post(`${ROOT}/templates/2/preview/`, async ({ request }) => {
      const parts = (await request.json()) as { subject: string; body_html: string };
      if (parts.subject.includes('{{ nobody }}')) {
        return HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'unknown_variable', detail: 'There is no variable nobody.', attr: 'subject' }],
          },
          { status: 400 },
        );
      }
      return HttpResponse.json({
        subject: parts.subject.replace('{{ ticket }}', 'TX1'),
        text: 'Hello',
        html: `<html><body>${parts.body_html}<script>window.parent.hacked = true</script></body></html>`,
        inapp_message: 'It is yours.',
      });
    }),
  );
});

describe('the wording', () => {
  test('is previewed while writing, in a frame that can do nothing, and saved as the next version', async () => {
    let sent: unknown;
    server.use(
      http.patch(`${ROOT}/templates/2/`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...template, subject: 'Yours: {{ ticket }}', version: 4 });
      }),
    );
    const { user } = renderRoute('/admin/notifications');
    await user.click(await screen.findByRole('link', { name: 'A task is assigned to me' }));
    expect(await screen.findByText('New task: TX1')).toBeTruthy();
    const frame = screen.getByTitle('Email preview');
    expect(frame.getAttribute('sandbox')).toBe('');
    expect(frame.getAttribute('srcdoc')).toContain('<p>Hello</p>');

    fireEvent.change(screen.getByLabelText('Subject'), { target: { value: 'Yours: {{ ticket }}' } });
    expect(await screen.findByText('Yours: TX1')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Saved as version 4.')).toBeTruthy();
    expect(sent).toEqual({
      subject: 'Yours: {{ ticket }}',
      body_text: 'Hello',
      body_html: '<p>Hello</p>',
      inapp_message: 'It is yours.',
      version: 3,
    });
  });

  test('is shown and edited in each language', async () => {
    let sent: unknown;
    server.use(
      http.patch(`${ROOT}/templates/22/`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ ...german, subject: 'Neu', version: 5 });
      }),
    );
    const { user, address } = renderRoute('/admin/notifications');
    await user.click(await screen.findByRole('button', { name: 'Deutsch' }));
    expect(await screen.findByText('Ihnen zugewiesen: {{ ticket }}')).toBeTruthy();
    expect(address()).toBe('/admin/notifications?language=de');

    await user.click(screen.getByRole('link', { name: 'Mir wird ein Ticket zugewiesen' }));
    expect(await screen.findByText('Ihnen zugewiesen: TX1')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Deutsch' }).getAttribute('aria-pressed')).toBe('true');
    fireEvent.change(screen.getByLabelText('Subject'), { target: { value: 'Neu' } });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Saved as version 5.')).toBeTruthy();
    expect(sent).toMatchObject({ subject: 'Neu', version: 3 });

    await user.click(screen.getByRole('button', { name: 'English' }));
    expect(await screen.findByText('New task: TX1')).toBeTruthy();
    expect(address()).toBe('/admin/notifications/2');
  });

  test('a language whose template was deleted cannot be chosen', async () => {
    server.use(
      http.get(`${ROOT}/templates/`, ({ request }) =>
        page(new URL(request.url).searchParams.get('language') === 'de' ? [] : [template]),
      ),
    );
    renderRoute('/admin/notifications/2');
    await screen.findByText('New task: TX1');
    expect((screen.getByRole('button', { name: 'Deutsch' }) as HTMLButtonElement).disabled).toBe(true);
    expect((screen.getByRole('button', { name: 'English' }) as HTMLButtonElement).disabled).toBe(false);
  });

  test('what cannot be filled in is said at its part before saving', async () => {
    renderRoute('/admin/notifications/2');
    fireEvent.change(await screen.findByLabelText('Subject'), { target: { value: 'For {{ nobody }}' } });
    expect(await screen.findByText('There is no variable nobody.')).toBeTruthy();
  });

  test('somebody else was faster: nothing is lost, and the new wording is one click away', async () => {
    server.use(
      http.patch(`${ROOT}/templates/2/`, () =>
        problem(409, 'version_conflict', 'Somebody changed the template meanwhile.'),
      ),
    );
    const { user } = renderRoute('/admin/notifications/2');
    fireEvent.change(await screen.findByLabelText('Subject'), { target: { value: 'Mine' } });
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Somebody changed the template meanwhile.')).toBeTruthy();
    expect((screen.getByLabelText('Subject') as HTMLInputElement).value).toBe('Mine');
    expect(screen.getByRole('button', { name: 'Load the new version' })).toBeTruthy();
  });

  test('what is typed survives a newer version and is asked about before it is left', async () => {
    const { user, address, client } = renderRoute('/admin/notifications/2');
    fireEvent.change(await screen.findByLabelText('Subject'), { target: { value: 'Mine' } });
    server.use(
      http.get(`${ROOT}/templates/2/`, () =>
        HttpResponse.json({ ...template, version: 4, subject: 'Theirs: {{ ticket }}' }),
      ),
    );
    await client.refetchQueries({ queryKey: ['mailings', 'template', 2], exact: true });
    expect(await screen.findByText(/This template was changed meanwhile/)).toBeTruthy();
    expect((screen.getByLabelText('Subject') as HTMLInputElement).value).toBe('Mine');

    await user.click(
      within(screen.getByRole('navigation', { name: 'Breadcrumbs' })).getByRole('link', {
        name: 'Notifications',
      }),
    );
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    expect(address()).toBe('/admin/notifications/2');
    await user.click(screen.getByRole('button', { name: 'Load the new version' }));
    await waitFor(() =>
      expect((screen.getByLabelText('Subject') as HTMLInputElement).value).toBe('Theirs: {{ ticket }}'),
    );
  });

  test('an earlier version is used again', async () => {
    let restored: unknown;
    server.use(
      http.post(`${ROOT}/templates/2/restore/`, async ({ request }) => {
        restored = await request.json();
        return HttpResponse.json({ ...template, version: 4 });
      }),
    );
    const { user } = renderRoute('/admin/notifications/2');
    await user.click(await screen.findByRole('button', { name: 'Restore version 2' }));
    await waitFor(() => expect(restored).toEqual({ version: 2 }));
  });
});

describe('the delivery log', () => {
  const row = {
    id: 11,
    event_id: 'e',
    notification_type: 'task_assignment',
    channel: 'email',
    user_id: 7,
    email: 'ines.costa@example.com',
    subject: 'New task: TX1',
    status: 'failed',
    reason: 'refused',
    last_error: 'SMTPRecipientsRefused: 550 no such user',
    attempts: 1,
    due_at: null,
    created_at: '2026-11-22T08:00:00Z',
    sent_at: null,
  };

  test('gives the reason in words; a failed mail is tried again', async () => {
    const asked: URLSearchParams[] = [];
    let retried = false;
    server.use(
      http.get(`${ROOT}/history/`, ({ request }) => {
        asked.push(new URL(request.url).searchParams);
        return page([row, { ...row, id: 12, subject: 'Other', status: 'skipped', reason: 'preference' }]);
      }),
      http.get(`${ROOT}/history/11/`, () =>
        HttpResponse.json({
          ...row,
          template_version: 3,
          body_text: 'Hello',
          body_html: '<p>Hello</p>',
          log: [
            { id: 1, status: 'failed', reason: 'refused', detail: '550', attempt: 1, at: row.created_at },
          ],
        }),
      ),
      http.post(`${ROOT}/history/11/retry/`, () => {
        retried = true;
        return HttpResponse.json({ ...row, status: 'queued', log: [], template_version: 3 });
      }),
    );
    const { user } = renderRoute('/admin/notifications?tab=log&status=failed,skipped');
    expect(await screen.findByText('Rejected by the mail server')).toBeTruthy();
    expect(screen.getByText('Turned off in preferences')).toBeTruthy();
    expect(asked[0]?.getAll('status')).toEqual(['failed', 'skipped']);
    await user.click(screen.getByRole('button', { name: 'New task: TX1' }));
    const dialog = within(screen.getByRole('dialog'));
    expect(await dialog.findByText(/550 no such user/)).toBeTruthy();
    expect(dialog.getByTitle('Email preview').getAttribute('sandbox')).toBe('');
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(retried).toBe(true));
  });
});
