import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { accessToken, agent, colleague, page, problem, profile, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const ME = '/api/auth/api/v1/users/me/';
const GOOD = 'quiet rivers carry old stones';

beforeEach(() => server.use(...quietServices()));

function refusedCode(code: string) {
  const errors = [{ code, detail: 'Refused.', attr: 'email_code' }];
  return HttpResponse.json({ type: 'validation_error', errors }, { status: 400 });
}

describe('about you', () => {
  test('only what changed is sent, and a new email needs the password', async () => {
    const sent: unknown[] = [];
    server.use(
      http.patch(ME, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(profile({ phone_number: '+351210000000', version: 4 }));
      }),
    );
    const { user } = renderRoute('/profile');
    await user.type(await screen.findByLabelText('Phone'), '+351210000000');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Saved.')).toBeTruthy();
    expect(sent).toEqual([{ phone_number: '+351210000000' }]);

    const email = await screen.findByLabelText('Email');
    await user.clear(email);
    await user.type(email, 'ines@example.com');
    expect((screen.getByRole('button', { name: 'Save' }) as HTMLButtonElement).disabled).toBe(true);
    server.use(
      http.patch(ME, () =>
        HttpResponse.json(
          {
            type: 'client_error',
            errors: [
              { code: 'password_wrong', detail: 'The present password is wrong.', attr: 'current_password' },
            ],
          },
          { status: 403 },
        ),
      ),
    );
    await user.type(screen.getByLabelText('Current password'), 'wrong');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The present password is wrong.')).toBeTruthy();
  }, 30_000);

  test('a new email is confirmed with a code that is mailed to it; a wrong one can be tried again', async () => {
    const sent: Record<string, string>[] = [];
    server.use(
      http.patch(ME, async ({ request }) => {
        const body = (await request.json()) as Record<string, string>;
        sent.push(body);
        if (!body.email_code) {
          return HttpResponse.json(
            { email_code_required: true, email: body.email, expires_in: 600 },
            { status: 202 },
          );
        }
        return body.email_code === '246810'
          ? HttpResponse.json(profile({ email: body.email, version: 4 }))
          : refusedCode('email_code_invalid');
      }),
    );
    const { user } = renderRoute('/profile');
    const email = await screen.findByLabelText('Email');
    await user.clear(email);
    await user.type(email, 'i@b.co');
    await user.type(screen.getByLabelText('Current password'), 'old');
    await user.click(screen.getByRole('button', { name: 'Save' }));

    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/code to i@b.co/)).toBeTruthy();
    await user.type(dialog.getByLabelText('Code'), '111111');
    await user.click(dialog.getByRole('button', { name: 'Confirm and save' }));
    expect(await dialog.findByText(/Incorrect code/)).toBeTruthy();

    await user.type(dialog.getByLabelText('Code'), '246810');
    await user.click(dialog.getByRole('button', { name: 'Confirm and save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(((await screen.findByLabelText('Email')) as HTMLInputElement).value).toBe('i@b.co');
    expect(screen.queryByLabelText('Current password')).toBeNull();
    const asked = { email: 'i@b.co', current_password: 'old' };
    expect(sent).toEqual([asked, { ...asked, email_code: '111111' }, { ...asked, email_code: '246810' }]);
  }, 30_000);

  test('another code is sent after a pause, and nothing is saved when the dialog is closed', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const sent: unknown[] = [];
      server.use(
        http.patch(ME, async ({ request }) => {
          const body = (await request.json()) as Record<string, string>;
          sent.push(body);
          return body.email_code
            ? refusedCode('email_code_expired')
            : HttpResponse.json(
                { email_code_required: true, email: body.email, expires_in: 600 },
                { status: 202 },
              );
        }),
      );
      const { user } = renderRoute('/profile');
      const email = await screen.findByLabelText('Email');
      await user.clear(email);
      await user.type(email, 'i@b.co');
      await user.type(screen.getByLabelText('Current password'), 'old');
      await user.click(screen.getByRole('button', { name: 'Save' }));
      const dialog = within(await screen.findByRole('dialog'));
      const resend = dialog.getByRole('button', { name: /Send a new code/ }) as HTMLButtonElement;
      expect(resend.disabled).toBe(true);
      await user.type(dialog.getByLabelText('Code'), '111111');
      await user.click(dialog.getByRole('button', { name: 'Confirm and save' }));
      expect(await dialog.findByText('This code is no longer valid. Send a new one.')).toBeTruthy();

      await act(() => vi.advanceTimersByTimeAsync(31_000));
      await user.click(dialog.getByRole('button', { name: 'Send a new code' }));
      expect(await dialog.findByText(/A new code is on its way/)).toBeTruthy();
      expect(sent.at(-1)).toEqual({ email: 'i@b.co', current_password: 'old' });
      expect(dialog.queryByText(/no longer valid\. Send/)).toBeNull();

      await user.click(dialog.getByRole('button', { name: 'Cancel' }));
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
      expect((screen.getByLabelText('Email') as HTMLInputElement).value).toBe('i@b.co');
      expect(sent).toHaveLength(3);
    } finally {
      vi.useRealTimers();
    }
  }, 30_000);

  test('a picture is uploaded and shown; one that is too large is not even sent', async () => {
    let uploads = 0;
    server.use(
      http.put(`${ME}avatar/`, () => {
        uploads += 1;
        return HttpResponse.json(profile({ avatar_url: '/api/auth/avatars/abc.webp' }));
      }),
    );
    const { user, container } = renderRoute('/profile');
    const input = await screen.findByLabelText('Upload picture', { selector: 'input' });
    await user.upload(
      input,
      new File([new Uint8Array(5 * 1024 * 1024 + 1)], 'huge.png', { type: 'image/png' }),
    );
    expect(await screen.findByText(/The picture is larger/)).toBeTruthy();
    await user.upload(input, new File(['x'], 'me.png', { type: 'image/png' }));
    await waitFor(() =>
      expect(container.querySelector('img')?.getAttribute('src')).toBe('/api/auth/avatars/abc.webp'),
    );
    expect(uploads).toBe(1);
  });
});

describe('the password', () => {
  test('is changed with the old one, and this browser stays signed in with the new token', async () => {
    let sent: unknown;
    const tokens: (string | null)[] = [];
    server.use(
      http.get(`${ME}otp/`, () => HttpResponse.json({ method: 'none', recovery_codes_left: 0 })),
      http.post('/api/auth/api/v1/password/change/', async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ access: `${accessToken(agent)}-new`, expires_in: 900, user: {} });
      }),
      http.get(`${ME}sessions/`, ({ request }) => {
        tokens.push(request.headers.get('Authorization'));
        return page([]);
      }),
    );
    const { user, address } = renderRoute('/profile?tab=security');
    await user.type(await screen.findByLabelText('Current password'), 'the old one');
    await user.type(screen.getByLabelText('New password'), GOOD);
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText(/Password changed/)).toBeTruthy();
    expect(sent).toEqual({ current_password: 'the old one', new_password: GOOD });
    expect(address()).toBe('/profile?tab=security');
    await user.click(screen.getByRole('tab', { name: 'Sessions' }));
    await waitFor(() => expect(tokens[0]).toMatch(/-new$/));
  });

  test('whoever has none is offered one by mail', async () => {
    let asked = 0;
    server.use(
      http.get(`${ME}otp/`, () => HttpResponse.json({ method: 'none', recovery_codes_left: 0 })),
      http.get(`${ME}password/`, () => HttpResponse.json({ has_password: false, is_allowed: true })),
      http.post(`${ME}password/`, () => {
        asked += 1;
        return HttpResponse.json({ detail: 'A link is on its way by mail.' }, { status: 202 });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Set a password by email' }));
    expect(await screen.findByText(/A link to set a password is on its way to/)).toBeTruthy();
    expect(asked).toBe(1);
    expect(screen.queryByLabelText('Current password')).toBeNull();
  });

  test('none is offered where it would let nobody in', async () => {
    server.use(
      http.get(`${ME}otp/`, () => HttpResponse.json({ method: 'none', recovery_codes_left: 0 })),
      http.get(`${ME}password/`, () => HttpResponse.json({ has_password: false, is_allowed: false })),
    );
    renderRoute('/profile?tab=security');
    expect(await screen.findByText(/Password sign-in is off for your account/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Set a password by email' })).toBeNull();
  });

  test('a wrong old one is said at its field', async () => {
    server.use(
      http.get(`${ME}otp/`, () => HttpResponse.json({ method: 'none', recovery_codes_left: 0 })),
      http.post('/api/auth/api/v1/password/change/', () =>
        HttpResponse.json(
          {
            type: 'client_error',
            errors: [
              { code: 'password_wrong', detail: 'The present password is wrong.', attr: 'current_password' },
            ],
          },
          { status: 403 },
        ),
      ),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.type(await screen.findByLabelText('Current password'), 'no');
    await user.type(screen.getByLabelText('New password'), GOOD);
    await user.click(screen.getByRole('button', { name: 'Change password' }));
    expect(await screen.findByText('The present password is wrong.')).toBeTruthy();
  });
});

describe('the second factor', () => {
  test('an authenticator app is set up with a QR code drawn here, and the recovery codes are shown once', async () => {
    let method = 'none';
    server.use(
      http.get(`${ME}otp/`, () =>
        HttpResponse.json({ method, recovery_codes_left: method === 'totp' ? 10 : 0 }),
      ),
      http.post(`${ME}otp/`, async ({ request }) => {
        expect(await request.json()).toEqual({ method: 'totp', current_password: 'the old one' });
        return HttpResponse.json({
          method: 'none',
          recovery_codes_left: 0,
          secret: 'JBSWY3DPEHPK3PXP',
          uri: 'otpauth://totp/Ticket%20Tracking:ines.costa?secret=JBSWY3DPEHPK3PXP',
        });
      }),
      http.post(`${ME}otp/confirm/`, async ({ request }) => {
        const { code } = (await request.json()) as { code: string };
        if (code !== '246810') return problem(401, 'otp_invalid', 'The code is wrong.');
        method = 'totp';
        return HttpResponse.json({ recovery_codes: ['ab2cd-ef3gh', 'jk4mn-pq5rs'] });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Set up an authenticator app' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Continue' }));

    const picture = await screen.findByRole('img', { name: 'QR code for your authenticator app' });
    expect(picture.querySelector('path')?.getAttribute('d')).toMatch(/^M4 4h1v1h-1z/);
    expect(screen.getByText('JBSWY3DPEHPK3PXP')).toBeTruthy();
    await user.type(screen.getByLabelText('Code'), '111111');
    await user.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(/Incorrect or already used code/)).toBeTruthy();
    await user.type(screen.getByLabelText('Code'), '246810');
    await user.click(screen.getByRole('button', { name: 'Confirm' }));

    expect(await screen.findByText('ab2cd-ef3gh')).toBeTruthy();
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Close' }));
    expect(await screen.findByText('Authenticator app')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('ab2cd-ef3gh')).toBeNull());
  });

  test('is not given up without the password', async () => {
    server.use(
      http.get(`${ME}otp/`, () => HttpResponse.json({ method: 'email', recovery_codes_left: 0 })),
      http.post(`${ME}otp/disable/`, async ({ request }) => {
        expect(await request.json()).toEqual({ current_password: 'the old one' });
        return HttpResponse.json({ method: 'none', recovery_codes_left: 0 });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Turn off' }));
    const dialog = within(screen.getByRole('dialog'));
    expect((dialog.getByRole('button', { name: 'Turn off' }) as HTMLButtonElement).disabled).toBe(true);
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Turn off' }));
    expect(await screen.findByText('Two-factor authentication is off.')).toBeTruthy();
  });
});

describe('sessions', () => {
  const session = (sid: string, changes = {}) => ({
    sid,
    device: 'Firefox on Linux',
    address: '203.0.113.7',
    created_at: '2026-11-22T08:00:00Z',
    last_seen_at: '2026-11-22T08:30:00Z',
    expires_at: '2026-11-23T08:00:00Z',
    is_current: false,
    ...changes,
  });

  test('are listed with device and address; another one is ended, this one is not offered', async () => {
    let list = [session('s-1', { is_current: true, device: 'Chrome on Windows' }), session('s-2')];
    server.use(
      http.get(`${ME}sessions/`, () => page(list)),
      http.delete(`${ME}sessions/:sid/`, ({ params }) => {
        list = list.filter((each) => each.sid !== params.sid);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderRoute('/profile?tab=sessions');
    expect(await screen.findByText('This session')).toBeTruthy();
    expect(screen.getAllByText(/203\.0\.113\.7/)).toHaveLength(2);
    expect(screen.queryByRole('button', { name: 'Sign out Chrome on Windows' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Sign out Firefox on Linux' }));
    await waitFor(() => expect(screen.queryByText('Firefox on Linux')).toBeNull());
    expect(screen.getByText('Chrome on Windows')).toBeTruthy();
  });

  test('all others end after a question', async () => {
    let ended = false;
    server.use(
      http.get(`${ME}sessions/`, () => page([session('s-1', { is_current: true }), session('s-2')])),
      http.delete(`${ME}sessions/`, () => {
        ended = true;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderRoute('/profile?tab=sessions');
    await screen.findByText('This session');
    await user.click(screen.getByRole('button', { name: 'Sign out all other sessions' }));
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(/1 other session is signed out/)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Sign out all other sessions' }));
    await waitFor(() => expect(ended).toBe(true));
  });
});

describe('notification preferences', () => {
  const type = (notification_type: string, label: string, changes = {}) => ({
    notification_type,
    label,
    is_locked: false,
    is_urgent: false,
    email: true,
    inapp: true,
    ...changes,
  });
  const schedule = {
    time_zone: 'Europe/Lisbon',
    quiet_from: null,
    quiet_to: null,
    digest: 'off',
    digest_at: null,
    is_unsubscribed: false,
  };
  const shown = {
    types: [
      type('task_assignment', 'A task is assigned to me'),
      type('otp_code', 'A sign-in code', { is_locked: true }),
    ],
    schedule,
  };
  const URL = '/api/notification/api/v1/notifications/preferences/';

  test('each switch is kept at once, security ones are not offered, and a refusal goes back', async () => {
    const sent: unknown[] = [];
    server.use(
      http.get(URL, () => HttpResponse.json(shown)),
      http.patch(URL, async ({ request }) => {
        sent.push(await request.json());
        return sent.length === 1
          ? HttpResponse.json({
              ...shown,
              types: [{ ...shown.types[0], email: false }, shown.types[1]],
            })
          : problem(503, 'error', 'Away.');
      }),
    );
    const { user } = renderRoute('/profile?tab=notifications');
    const mail = (await screen.findByRole('switch', {
      name: 'A task is assigned to me, Email',
    })) as HTMLInputElement;
    expect(screen.queryByRole('switch', { name: 'A sign-in code, Email' })).toBeNull();
    expect(screen.getByText('Always on')).toBeTruthy();
    expect(screen.getByText('A sign-in code')).toBeTruthy();

    await user.click(mail);
    await waitFor(() => expect(mail.checked).toBe(false));
    expect(sent[0]).toEqual({ types: [{ notification_type: 'task_assignment', email: false }] });

    await user.click(mail);
    expect(await screen.findByText('Away.')).toBeTruthy();
    await waitFor(() => expect(mail.checked).toBe(false));
  });

  test('quiet hours are switched on with times that make sense', async () => {
    let sent: unknown;
    server.use(
      http.get(URL, () => HttpResponse.json(shown)),
      http.patch(URL, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({
          ...shown,
          schedule: { ...schedule, quiet_from: '20:00', quiet_to: '07:00' },
        });
      }),
    );
    const { user } = renderRoute('/profile?tab=notifications');
    await user.click(await screen.findByRole('switch', { name: 'Quiet hours' }));
    expect(((await screen.findByLabelText('From')) as HTMLInputElement).value).toBe('20:00');
    expect(sent).toEqual({ schedule: { quiet_from: '20:00', quiet_to: '07:00' } });
    expect(screen.getByText(/Time zone Europe\/Lisbon/)).toBeTruthy();
  });
});

describe('availability', () => {
  const worker = (person: typeof agent) => ({
    ...person,
    email: '',
    is_active: true,
    is_away: false,
    away_from: null,
    away_until: null,
    substitute: null,
    capacity: null,
    open_tasks: 2,
    roles: [],
  });

  test('going away from now on names who stands in', async () => {
    let sent: { away_from: string; away_until: null; substitute_id: number } | undefined;
    server.use(
      http.get('/api/workflow/people/', () => page([worker(agent), worker(colleague)])),
      http.get('/api/workflow/people/7/', () => HttpResponse.json(worker(agent))),
      http.patch('/api/workflow/people/7/availability/', async ({ request }) => {
        sent = (await request.json()) as typeof sent;
        return HttpResponse.json(worker(agent));
      }),
    );
    const { user } = renderRoute('/profile?tab=availability');
    await user.click(await screen.findByRole('switch', { name: 'I am away' }));
    await user.click(screen.getByRole('combobox', { name: /Substitute/ }));
    await user.click(await screen.findByRole('option', { name: colleague.full_name }));
    expect(screen.queryByRole('option', { name: agent.full_name })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Saved.')).toBeTruthy();
    expect(sent).toMatchObject({ away_until: null, substitute_id: colleague.user_id });
    expect(Math.abs(Date.parse(sent?.away_from ?? '') - Date.now())).toBeLessThan(60_000);
  });
});
