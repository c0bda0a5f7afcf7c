import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test } from 'vitest';
import { problem, signedOutServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

/** Little work, so that the test does not wait for it. */
const challenge = {
  parameters: {
    algorithm: 'PBKDF2/SHA-256',
    cost: 10,
    keyLength: 16,
    keyPrefix: '0',
    nonce: 'cbc8ff87f22bbd849200ef91b712fc4a',
    salt: '76e7871f1ae22aeca66375bb8350f3d7',
  },
  signature: 's',
};
const GOOD = 'quiet rivers carry old stones';

beforeEach(() => server.use(...signedOutServices()));

describe('a forgotten password', () => {
  test('asks for a link with a solved captcha and tells nobody whether the account exists', async () => {
    let asked: { email: string; captcha: string } | undefined;
    server.use(
      http.get('/api/auth/captcha/', () => HttpResponse.json(challenge)),
      http.post('/api/auth/api/v1/password/forgot/', async ({ request }) => {
        asked = (await request.json()) as typeof asked;
        return HttpResponse.json({ detail: 'as said' }, { status: 202 });
      }),
    );
    const { user } = renderRoute('/login');
    await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }));
    await screen.findByRole('button', { name: 'Send reset link' });
    await user.type(screen.getByLabelText('Email'), 'ines.costa@example.com');
    await user.click(screen.getByRole('button', { name: 'Send reset link' }));

    expect(await screen.findByText(/If there is an account for ines.costa@example.com/)).toBeTruthy();
    expect(asked?.email).toBe('ines.costa@example.com');
    expect(JSON.parse(atob(asked?.captcha ?? '')).challenge).toEqual(challenge);
  });

  test('says how long to wait after too many', async () => {
    server.use(
      http.get('/api/auth/captcha/', () => HttpResponse.json(challenge)),
      http.post('/api/auth/api/v1/password/forgot/', () =>
        problem(429, 'throttled', 'Too many.', { 'Retry-After': '60' }),
      ),
    );
    const { user } = renderRoute('/forgot');
    await user.type(await screen.findByLabelText('Email'), 'ines.costa@example.com');
    await user.click(screen.getByRole('button', { name: 'Send reset link' }));
    expect(await screen.findByText('Too many attempts. Try again in 1m.')).toBeTruthy();
  });

  test('an empty form asks nobody', async () => {
    const { user } = renderRoute('/forgot');
    await user.click(await screen.findByRole('button', { name: 'Send reset link' }));
    expect(await screen.findByText('Enter your email address.')).toBeTruthy();
  });
});

describe('the link to set a new password', () => {
  test('is used once the password fits, and leads to the sign-in, which says so', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post('/api/auth/api/v1/password/reset/', async ({ request }) => {
        sent.push(await request.json());
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user, address } = renderRoute('/reset/abc123');
    const field = await screen.findByLabelText('New password');
    const submit = screen.getByRole('button', { name: 'Set password' });
    await user.type(field, 'short');
    expect((submit as HTMLButtonElement).disabled).toBe(true);
    expect(screen.getByText('Too weak')).toBeTruthy();

    await user.clear(field);
    await user.type(field, GOOD);
    expect(screen.getByText('Strong')).toBeTruthy();
    await user.click(submit);
    expect(
      await screen.findByText('Your password has been reset. Sign in with your new password.'),
    ).toBeTruthy();
    expect(address()).toBe('/login');
    expect(sent).toEqual([{ token: 'abc123', password: GOOD }]);
  });

  test('a password that only the server knows to be bad keeps the link and says why', async () => {
    server.use(
      http.post('/api/auth/api/v1/password/reset/', () =>
        HttpResponse.json(
          {
            type: 'validation_error',
            errors: [{ code: 'password_too_weak', detail: 'This password is too common.', attr: 'password' }],
          },
          { status: 400 },
        ),
      ),
    );
    const { user } = renderRoute('/reset/abc123');
    await user.type(await screen.findByLabelText('New password'), GOOD);
    await user.click(screen.getByRole('button', { name: 'Set password' }));
    expect(await screen.findByText('This password is too common.')).toBeTruthy();
    expect(screen.getByLabelText('New password')).toBeTruthy();
  });

  test('that is old offers another', async () => {
    server.use(
      http.post('/api/auth/api/v1/password/reset/', () =>
        problem(400, 'link_invalid', 'The link is wrong, has expired or has been used.'),
      ),
    );
    const { user } = renderRoute('/reset/old');
    await user.type(await screen.findByLabelText('New password'), GOOD);
    await user.click(screen.getByRole('button', { name: 'Set password' }));
    expect(await screen.findByRole('heading', { name: 'This link no longer works' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Request a new link' }).getAttribute('href')).toBe('/forgot');
  });
});

describe('an invitation', () => {
  test('greets the person by name and makes the account', async () => {
    let accepted: unknown;
    server.use(
      http.post('/api/auth/api/v1/invitations/lookup/', async ({ request }) => {
        expect(await request.json()).toEqual({ token: 'tok' });
        return HttpResponse.json({
          email: 'daniel.ruiz@example.com',
          full_name: 'Daniel Ruiz',
          expires_at: '2026-11-29T08:00:00Z',
        });
      }),
      http.post('/api/auth/api/v1/invitations/accept/', async ({ request }) => {
        accepted = await request.json();
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user, address } = renderRoute('/invite/tok');
    expect(await screen.findByRole('heading', { name: 'Welcome, Daniel Ruiz' })).toBeTruthy();
    const field = screen.getByLabelText('New password');
    await user.type(field, 'daniel.ruiz12');
    expect((screen.getByRole('button', { name: 'Activate account' }) as HTMLButtonElement).disabled).toBe(
      true,
    );
    await user.clear(field);
    await user.type(field, GOOD);
    await user.click(screen.getByRole('button', { name: 'Activate account' }));
    expect(await screen.findByText(/Your account is ready/)).toBeTruthy();
    expect(address()).toBe('/login');
    expect(accepted).toEqual({ token: 'tok', password: GOOD });
  });

  test('that was withdrawn says whom to ask', async () => {
    server.use(
      http.post('/api/auth/api/v1/invitations/lookup/', () => problem(400, 'link_invalid', 'Gone.')),
    );
    renderRoute('/invite/gone');
    expect(await screen.findByRole('heading', { name: 'This invitation no longer works' })).toBeTruthy();
    await waitFor(() => expect(screen.queryByLabelText('New password')).toBeNull());
  });
});
