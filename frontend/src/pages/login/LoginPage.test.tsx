import { act, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { safeNext } from '@/features/account/signInProblem';
import { FakeSocket } from '@/test/FakeSocket';
import { accessToken, agent, page, problem, quietServices, signedOutServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

async function signIn(address = '/login') {
  const view = renderRoute(address);
  await view.user.type(await screen.findByLabelText('Email'), 'ines.costa@example.com');
  await view.user.type(screen.getByLabelText('Password'), 'correct horse');
  await view.user.click(screen.getByRole('button', { name: 'Sign in' }));
  return view;
}

describe('signing in', () => {
  beforeEach(() => server.use(...signedOutServices(), ...quietServices()));

  test('goes back to where the person wanted to be', async () => {
    server.use(
      http.post('/api/auth/login/', () => HttpResponse.json({ access: accessToken(agent), expires_in: 900 })),
    );
    const view = renderRoute('/inbox?view=team');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(view.address()).toBe('/login?next=%2Finbox%3Fview%3Dteam');

    await view.user.type(screen.getByLabelText('Email'), 'ines.costa@example.com');
    await view.user.type(screen.getByLabelText('Password'), 'correct horse');
    await view.user.click(screen.getByRole('button', { name: 'Sign in' }));

    await screen.findByRole('heading', { name: 'Inbox' });
    expect(view.address()).toBe('/inbox?view=team');
  });

  test.each([
    [401, 'invalid_credentials', {}, 'Incorrect email or password.'],
    [423, 'account_locked', {}, /This account is locked/],
    [403, 'password_sign_in_off', {}, /Use the button of your company’s provider below/],
    [429, 'throttled', { 'Retry-After': '90' }, 'Too many attempts. Try again in 1m 30s.'],
    [503, 'error', {}, 'Nothing was changed. Try again in a moment.'],
  ])('says plainly what a %i %s means', async (status, code, headers, message) => {
    server.use(http.post('/api/auth/login/', () => problem(status, code, 'as the server says', headers)));
    await signIn();
    expect(await screen.findByText(message)).toBeTruthy();
  });

  test('offers the providers to sign in by, with the way back to where the person wanted to be', async () => {
    const start_url = 'https://desk.example.com/api/auth/oidc/acme/start/';
    server.use(
      http.get('/api/auth/oidc/providers/', () =>
        HttpResponse.json({ providers: [{ slug: 'acme', name: 'Acme', start_url }] }),
      ),
    );
    renderRoute('/login?next=%2Finbox');
    const button = await screen.findByRole('link', { name: 'Sign in with Acme' });
    expect(button.getAttribute('href')).toBe(`${start_url}?next=%2Finbox`);
  });

  test.each([
    ['oidc_no_account', /There is no account for you here/],
    ['toString', /Signing in at the provider did not work/],
  ])('says why a provider sent the browser back with %s', async (code, message) => {
    renderRoute(`/login?sso_error=${code}`);
    expect((await screen.findByRole('alert')).textContent).toMatch(message);
  });

  test('asks for the code of an account that needs one after the provider too', async () => {
    renderRoute('/login?next=%2Finbox#challenge=c-7&method=totp');
    expect(await screen.findByRole('heading', { name: 'Two-factor authentication' })).toBeTruthy();
  });

  test('asks for what is missing before it asks the server', async () => {
    const { user } = renderRoute('/login');
    await user.click(await screen.findByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('Enter your email address.')).toBeTruthy();
    expect(screen.getByText('Enter your password.')).toBeTruthy();
  });

  test('an account with a second factor is asked for its code, and a wrong one can be tried again', async () => {
    const codes: string[] = [];
    server.use(
      http.post('/api/auth/login/', () =>
        HttpResponse.json({ otp_required: true, challenge: 'c-1', method: 'email', expires_in: 600 }),
      ),
      http.post('/api/auth/login/otp/', async ({ request }) => {
        const body = (await request.json()) as { challenge: string; code: string };
        codes.push(`${body.challenge}:${body.code}`);
        return body.code === '123456'
          ? HttpResponse.json({ access: accessToken(agent), expires_in: 900 })
          : problem(401, 'otp_invalid', 'The code is wrong.');
      }),
    );
    const { user, address } = await signIn('/login?next=%2Fprofile');
    await user.type(await screen.findByLabelText('Code'), '999999');
    expect(await screen.findByText(/Incorrect code/)).toBeTruthy();
    expect(address()).toBe('/login/otp');

    await user.type(screen.getByLabelText('Code'), '123456');
    await screen.findByRole('heading', { name: 'Profile' });
    expect(codes).toEqual(['c-1:999999', 'c-1:123456']);
  });

  test('a lost phone: a recovery code does instead of the app', async () => {
    const codes: string[] = [];
    server.use(
      http.post('/api/auth/login/', () =>
        HttpResponse.json({ otp_required: true, challenge: 'c-2', method: 'totp', expires_in: 600 }),
      ),
      http.post('/api/auth/login/otp/', async ({ request }) => {
        const { code } = (await request.json()) as { code: string };
        codes.push(code);
        return code === 'ab2cd-ef3gh'
          ? HttpResponse.json({ access: accessToken(agent), expires_in: 900 })
          : problem(401, 'otp_invalid', 'The code is wrong.');
      }),
    );
    const { user } = await signIn('/login?next=%2Finbox');
    await screen.findByRole('heading', { name: 'Two-factor authentication' });
    expect(screen.queryByRole('button', { name: /new code/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Use a recovery code instead' }));
    await user.type(screen.getByLabelText('Recovery code'), 'aaaaa-aaaaa');
    await user.click(screen.getByRole('button', { name: 'Confirm' }));
    expect(await screen.findByText(/Incorrect or already used recovery code/)).toBeTruthy();
    await user.type(screen.getByLabelText('Recovery code'), 'AB2CD-EF3GH');
    await user.click(screen.getByRole('button', { name: 'Confirm' }));
    await screen.findByRole('heading', { name: 'Inbox' });
    expect(codes).toEqual(['aaaaa-aaaaa', 'ab2cd-ef3gh']);
  });

  test('a new code can be asked for after a pause, and the answer names the next challenge', async () => {
    const given: string[] = [];
    server.use(
      http.post('/api/auth/login/', () =>
        HttpResponse.json({ otp_required: true, challenge: 'c-3', method: 'email', expires_in: 600 }),
      ),
      http.post('/api/auth/login/otp/resend/', () =>
        HttpResponse.json({ otp_required: true, challenge: 'c-4', method: 'email', expires_in: 600 }),
      ),
      http.post('/api/auth/login/otp/', async ({ request }) => {
        const body = (await request.json()) as { challenge: string };
        given.push(body.challenge);
        return HttpResponse.json({ access: accessToken(agent), expires_in: 900 });
      }),
    );
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { user } = await signIn('/login?next=%2Finbox');
      const wait = await screen.findByRole('button', { name: /Send a new code in \d+s/ });
      expect((wait as HTMLButtonElement).disabled).toBe(true);
      await act(() => vi.advanceTimersByTimeAsync(31_000));
      await user.click(await screen.findByRole('button', { name: 'Send a new code' }));
      expect(await screen.findByText(/The old one no longer works/)).toBeTruthy();
      await user.type(screen.getByLabelText('Code'), '123456');
      await screen.findByRole('heading', { name: 'Inbox' });
    } finally {
      vi.useRealTimers();
    }
    expect(given).toEqual(['c-4']);
  });

  test('the code page without a challenge leads back to the password', async () => {
    const { address } = renderRoute('/login/otp');
    await screen.findByRole('heading', { name: 'Sign in' });
    expect(address()).toBe('/login');
  });
});

describe('a session', () => {
  test('that the cookie can renew needs no sign-in', async () => {
    server.use(...quietServices());
    renderRoute('/profile');
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeTruthy();
  });

  test('is renewed once for many refused calls, and the calls are made again', async () => {
    server.use(...quietServices());
    let renewals = 0;
    let first = '';
    server.use(
      http.post('/api/auth/token/refresh/', ({ request }) => {
        renewals += 1;
        expect(request.headers.get('X-Requested-With')).toBe('tts');
        const access = `${accessToken(agent)}${renewals}`;
        first ||= access;
        return HttpResponse.json({ access, expires_in: 900 });
      }),
      http.get('/api/workflow/tasks/', ({ request }) =>
        request.headers.get('Authorization') === `Bearer ${first}`
          ? problem(401, 'token_expired', 'The token has expired.')
          : HttpResponse.json({ count: 0, next: null, previous: null, results: [] }),
      ),
    );
    renderRoute('/inbox');
    expect(await screen.findByText('You are all caught up')).toBeTruthy();
    expect(renewals).toBe(2);
  });

  test('that cannot be renewed ends at the sign-in, which says why and remembers the page', async () => {
    server.use(...quietServices());
    let renewals = 0;
    server.use(
      http.post('/api/auth/token/refresh/', () => {
        renewals += 1;
        return renewals === 1
          ? HttpResponse.json({ access: accessToken(agent), expires_in: 900 })
          : problem(401, 'token_invalid', 'The session has ended.');
      }),
      http.get('/api/workflow/tasks/', () => problem(401, 'token_expired', 'The token has expired.')),
    );
    const { address } = renderRoute('/inbox?view=team');
    expect(await screen.findByText(/Your session has expired/)).toBeTruthy();
    expect(address()).toBe('/login?next=%2Finbox%3Fview%3Dteam');
  });

  test('that somebody ended is over at once: its socket is closed, and the sign-in says who may have done it', async () => {
    server.use(...quietServices());
    const { address } = renderRoute('/inbox');
    await screen.findByText('You are all caught up');
    FakeSocket.to('/ws/inbox/').greet();
    server.use(
      http.post('/api/auth/token/refresh/', () => problem(401, 'token_revoked', 'The session has ended.')),
    );
    FakeSocket.to('/ws/inbox/').drop(4401);
    expect(await screen.findByText(/ended from another device or by an administrator/)).toBeTruthy();
    expect(address()).toBe('/login?next=%2Finbox');
  });

  test('that an API calls revoked ends too, but a mere change of roles only renews the token', async () => {
    server.use(...quietServices());
    let renewals = 0;
    server.use(
      http.post('/api/auth/token/refresh/', () => {
        renewals += 1;
        return renewals <= 2
          ? HttpResponse.json({ access: `${accessToken(agent)}${renewals}`, expires_in: 900 })
          : problem(401, 'token_invalid', 'Unknown.');
      }),
      http.get('/api/workflow/tasks/', ({ request }) =>
        request.headers.get('Authorization')?.endsWith('signature2')
          ? page([])
          : problem(401, 'token_revoked', 'The session has ended.'),
      ),
    );
    const { user } = renderRoute('/inbox');
    expect(await screen.findByText('You are all caught up')).toBeTruthy();
    server.use(
      http.get('/api/workflow/tasks/', () => problem(401, 'token_revoked', 'The session has ended.')),
    );
    await user.click(screen.getByRole('link', { name: /My team/ }));
    expect(await screen.findByText(/ended from another device or by an administrator/)).toBeTruthy();
  });

  test('keeps no token where scripts of another page could find it', async () => {
    server.use(...quietServices());
    renderRoute('/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    const kept =
      JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie;
    expect(kept).not.toContain('signature');
  });
});

describe('roles', () => {
  test('an agent is kept out of the administration and does not see it in the navigation', async () => {
    server.use(...quietServices());
    renderRoute('/admin/workflows');
    expect(await screen.findByText('Access denied')).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Workflows' })).toBeNull();
  });

  test('an admin gets in', async () => {
    server.use(...quietServices(['Admin']));
    renderRoute('/admin/workflows');
    expect(await screen.findByRole('heading', { name: 'Workflows' })).toBeTruthy();
    await waitFor(() => expect(screen.getByText('No workflows yet')).toBeTruthy());
  });
});

describe('the address to return to', () => {
  test.each([
    ['/tickets/TX1', '/tickets/TX1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/login', '/'],
    [null, '/'],
  ])('%s leads to %s', (raw, expected) => expect(safeNext(raw)).toBe(expected));
});
