import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  aNewCredential,
  anAssertion,
  installAuthenticator,
  refuse,
  removeAuthenticator,
  untilChosen,
} from '@/test/authenticator';
import { accessToken, agent, page, problem, quietServices, signedOutServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const OWN = '/api/auth/api/v1/users/me/passkeys/';
const LOGIN = '/api/auth/login/passkey/';
const ASSERTION = {
  id: '-_8',
  rawId: '-_8',
  type: 'public-key',
  response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw', userHandle: 'BA' },
};

afterEach(removeAuthenticator);

function requestOptions(changes = {}) {
  const options = { challenge: '-_8', rpId: 'localhost', userVerification: 'required', allowCredentials: [] };
  return HttpResponse.json({ options: { ...options, ...changes } });
}

function bytesOf(source: BufferSource | undefined): number[] {
  return [...new Uint8Array(source as ArrayBuffer)];
}

describe('signing in with a passkey', () => {
  beforeEach(() => server.use(...signedOutServices(), ...quietServices()));

  test('needs no name, and goes on to where the person wanted to be', async () => {
    const sent: unknown[] = [];
    const asked = installAuthenticator({ get: anAssertion });
    server.use(
      http.post(`${LOGIN}options/`, async ({ request }) => {
        sent.push(await request.json());
        return requestOptions();
      }),
      http.post(LOGIN, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ access: accessToken(agent), expires_in: 900 });
      }),
    );
    const { user } = renderRoute('/login?next=%2Finbox');
    await user.click(await screen.findByRole('button', { name: 'Sign in with a passkey' }));

    await screen.findByRole('heading', { name: 'Inbox' });
    expect(sent).toEqual([{}, { credential: ASSERTION }]);
    const { publicKey } = asked[0] as CredentialRequestOptions;
    expect(bytesOf(publicKey?.challenge)).toEqual([251, 255]);
    expect(publicKey?.userVerification).toBe('required');
  });

  test('is offered where the name is filled in, and signs in when it is chosen there', async () => {
    const { choose, autofill } = untilChosen();
    const asked = installAuthenticator({ autofill });
    let sent: unknown;
    server.use(
      http.post(`${LOGIN}options/`, () => requestOptions()),
      http.post(LOGIN, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ access: accessToken(agent), expires_in: 900 });
      }),
    );
    renderRoute('/login?next=%2Finbox');
    expect((await screen.findByLabelText('Email')).getAttribute('autocomplete')).toBe('username webauthn');
    await waitFor(() => expect(asked).toHaveLength(1));
    choose();

    await screen.findByRole('heading', { name: 'Inbox' });
    expect(sent).toEqual({ credential: ASSERTION });
    expect((asked[0] as CredentialRequestOptions).mediation).toBe('conditional');
  });

  test('the offer gives way to the button, comes back after it, and ends with a password', async () => {
    const asked = installAuthenticator({ autofill: untilChosen().autofill, get: refuse('NotAllowedError') });
    server.use(
      http.post(`${LOGIN}options/`, () => requestOptions()),
      http.post('/api/auth/login/', () => HttpResponse.json({ access: accessToken(agent), expires_in: 900 })),
    );
    const { user } = renderRoute('/login?next=%2Finbox');
    const button = await screen.findByRole('button', { name: 'Sign in with a passkey' });
    await waitFor(() => expect(asked).toHaveLength(1));
    await user.click(button);
    expect((await screen.findByRole('alert')).textContent).toMatch(/cancelled or timed out/);
    await waitFor(() => expect(asked).toHaveLength(3));
    const [first, modal, again] = asked as CredentialRequestOptions[];
    expect(first?.signal?.aborted).toBe(true);
    expect(modal?.mediation).toBeUndefined();
    expect([again?.mediation, again?.signal?.aborted]).toEqual(['conditional', false]);

    await user.type(screen.getByLabelText('Email'), 'ines.costa@example.com');
    await user.type(screen.getByLabelText('Password'), 'correct horse');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('heading', { name: 'Inbox' });
    expect(again?.signal?.aborted).toBe(true);
    expect(asked).toHaveLength(3);
  });

  test('a passkey chosen there that the server refuses is explained like any other', async () => {
    installAuthenticator({ autofill: anAssertion });
    server.use(
      http.post(`${LOGIN}options/`, () => requestOptions()),
      http.post(LOGIN, () => problem(401, 'passkey_invalid', 'as the server says')),
    );
    renderRoute('/login');
    expect((await screen.findByRole('alert')).textContent).toMatch(/does not work here/);
  });

  test('a browser that offers none in fields, or will not, shows the page as ever', async () => {
    const silent = installAuthenticator({});
    const first = renderRoute('/login');
    await screen.findByRole('button', { name: 'Sign in with a passkey' });
    first.unmount();
    expect(silent).toEqual([]);

    const asked = installAuthenticator({ autofill: refuse('NotSupportedError') });
    server.use(http.post(`${LOGIN}options/`, () => requestOptions()));
    renderRoute('/login');
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test.each([
    ['NotAllowedError', /cancelled or timed out/],
    ['SecurityError', /do not work at this address/],
    ['UnknownError', /could not use a passkey/],
  ])('says what the browser means by %s, and can be tried again', async (name, message) => {
    installAuthenticator({ get: refuse(name) });
    server.use(http.post(`${LOGIN}options/`, () => requestOptions()));
    const { user } = renderRoute('/login');
    const button = await screen.findByRole('button', { name: 'Sign in with a passkey' });
    await user.click(button);

    expect((await screen.findByRole('alert')).textContent).toMatch(message);
    expect((button as HTMLButtonElement).disabled).toBe(false);
  });

  test.each([
    [401, 'passkey_invalid', /does not work here/],
    [401, 'passkey_expired', /expired or was used already/],
    [401, 'passkey_count_went_back', /may have been copied/],
    [403, 'password_sign_in_off', /Use the button of your company’s provider below/],
    [423, 'account_locked', /This account is locked/],
  ])('says plainly what a %i %s means', async (status, code, message) => {
    installAuthenticator({ get: anAssertion });
    server.use(
      http.post(`${LOGIN}options/`, () => requestOptions()),
      http.post(LOGIN, () => problem(status, code, 'as the server says')),
    );
    const { user } = renderRoute('/login');
    await user.click(await screen.findByRole('button', { name: 'Sign in with a passkey' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(message);
  });

  test('a browser that has none says so, and asks the server nothing', async () => {
    removeAuthenticator();
    const { user } = renderRoute('/login');
    await user.click(await screen.findByRole('button', { name: 'Sign in with a passkey' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/This browser cannot use passkeys here/);
  });

  test('is the second step where the account asks for it, and a recovery code does instead', async () => {
    const sent: unknown[] = [];
    const asked = installAuthenticator({ get: anAssertion });
    server.use(
      http.post(`${LOGIN}options/`, async ({ request }) => {
        sent.push(await request.json());
        const allowCredentials = [{ id: 'AQI', type: 'public-key', transports: ['usb'] }];
        return requestOptions({ allowCredentials, userVerification: 'preferred' });
      }),
      http.post(LOGIN, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ access: accessToken(agent), expires_in: 900 });
      }),
    );
    const { user } = renderRoute('/login?next=%2Finbox#challenge=c-9&method=passkey&passkey=1');
    expect(await screen.findByText('Confirm with one of your passkeys.')).toBeTruthy();
    expect(screen.queryByLabelText('Code')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Use a recovery code instead' }));
    expect(screen.getByLabelText('Recovery code')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Use a passkey instead' }));
    await user.click(screen.getByRole('button', { name: 'Use a passkey' }));

    await screen.findByRole('heading', { name: 'Inbox' });
    expect(sent).toEqual([{ challenge: 'c-9' }, { challenge: 'c-9', credential: ASSERTION }]);
    const [allowed] = (asked[0] as CredentialRequestOptions).publicKey?.allowCredentials ?? [];
    expect(bytesOf(allowed?.id)).toEqual([1, 2]);
  });

  test('does instead of a code where the account has one, and is not offered where it has none', async () => {
    const first = renderRoute('/login#challenge=c-9&method=email&passkey=1');
    expect(await screen.findByRole('button', { name: 'Use a passkey instead' })).toBeTruthy();
    expect(screen.getByLabelText('Code')).toBeTruthy();
    first.unmount();

    renderRoute('/login#challenge=c-9&method=email');
    await screen.findByLabelText('Code');
    expect(screen.queryByRole('button', { name: 'Use a passkey instead' })).toBeNull();
  });
});

describe('one’s own passkeys', () => {
  const passkey = (id: number, name: string, changes = {}) => ({
    id,
    name,
    is_backed_up: false,
    created_at: '2026-11-20T08:00:00Z',
    last_used_at: null,
    ...changes,
  });
  let kept = [passkey(1, 'Desk key')];

  beforeEach(() => {
    kept = [passkey(1, 'Desk key')];
    server.use(...quietServices());
    server.use(
      http.get('/api/auth/api/v1/users/me/otp/', () =>
        HttpResponse.json({ method: 'none', recovery_codes_left: 0 }),
      ),
      http.get(OWN, () => page(kept)),
    );
  });

  test('one is added with the password, by the browser, under a name', async () => {
    let sent: unknown;
    const asked = installAuthenticator({ create: aNewCredential });
    server.use(
      http.post(`${OWN}options/`, async ({ request }) => {
        const { current_password } = (await request.json()) as { current_password: string };
        if (current_password !== 'the old one') {
          return problem(403, 'password_wrong', 'The present password is wrong.');
        }
        return HttpResponse.json({
          options: {
            rp: { id: 'localhost', name: 'Ticket Tracking System' },
            user: { id: 'AQI', name: 'ines.costa@example.com', displayName: 'Ines Costa' },
            challenge: '-_8',
            pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            excludeCredentials: [{ id: 'Aw', type: 'public-key' }],
          },
        });
      }),
      http.post(OWN, async ({ request }) => {
        expect(request.headers.get('Idempotency-Key')).toBeTruthy();
        sent = await request.json();
        kept = [...kept, passkey(2, 'Laptop', { is_backed_up: true })];
        return HttpResponse.json(kept[1], { status: 201 });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Add a passkey' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Name'), ' Laptop ');
    await user.type(dialog.getByLabelText('Current password'), 'no');
    await user.click(dialog.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByText('The present password is wrong.')).toBeTruthy();
    expect(asked).toEqual([]);

    await user.clear(dialog.getByLabelText('Current password'));
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByText('Passkey “Laptop” added.')).toBeTruthy();
    expect(await screen.findByText('Synced')).toBeTruthy();
    expect(sent).toEqual({
      name: 'Laptop',
      credential: {
        id: '-_8',
        rawId: '-_8',
        type: 'public-key',
        response: { clientDataJSON: 'AQ', attestationObject: 'Ag', transports: ['internal'] },
      },
    });
    const { publicKey } = asked[0] as CredentialCreationOptions;
    expect(bytesOf(publicKey?.user.id)).toEqual([1, 2]);
    expect(bytesOf(publicKey?.excludeCredentials?.[0]?.id)).toEqual([3]);
  });

  test('a device that has one already says so', async () => {
    installAuthenticator({ create: refuse('InvalidStateError') });
    server.use(
      http.post(`${OWN}options/`, () =>
        HttpResponse.json({ options: { user: { id: 'AQI' }, challenge: 'AQ', excludeCredentials: [] } }),
      ),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Add a passkey' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Name'), 'Laptop');
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByText(/already has a passkey for your account/)).toBeTruthy();
  });

  test('one is renamed, and removed with the password', async () => {
    installAuthenticator({});
    server.use(
      http.patch(`${OWN}1/`, async ({ request }) => {
        const { name } = (await request.json()) as { name: string };
        kept = [passkey(1, name)];
        return HttpResponse.json(kept[0]);
      }),
      http.post(`${OWN}1/remove/`, async ({ request }) => {
        expect(await request.json()).toEqual({ current_password: 'the old one' });
        kept = [];
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Rename Desk key' }));
    const name = within(screen.getByRole('dialog')).getByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Blue key');
    await user.click(screen.getByRole('button', { name: 'Save' }));

    await user.click(await screen.findByRole('button', { name: 'Remove Blue key' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText('You have no passkeys yet.')).toBeTruthy();
  });

  test('the last one that is the second factor is kept, and the reason said', async () => {
    installAuthenticator({});
    server.use(
      http.post(`${OWN}1/remove/`, () => problem(409, 'last_passkey', 'Your second factor is a passkey.')),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Remove Desk key' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Remove' }));
    expect(await dialog.findByText(/Your second factor is a passkey/)).toBeTruthy();
  });

  test('they become the second factor with the password, and the recovery codes are shown', async () => {
    installAuthenticator({});
    server.use(
      http.post('/api/auth/api/v1/users/me/otp/', async ({ request }) => {
        expect(await request.json()).toEqual({ method: 'passkey', current_password: 'the old one' });
        return HttpResponse.json({
          method: 'passkey',
          recovery_codes_left: 10,
          recovery_codes: ['ab2cd-ef3gh'],
        });
      }),
    );
    const { user } = renderRoute('/profile?tab=security');
    await user.click(await screen.findByRole('button', { name: 'Use passkeys' }));
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Current password'), 'the old one');
    await user.click(dialog.getByRole('button', { name: 'Use passkeys' }));
    expect(await screen.findByText('ab2cd-ef3gh')).toBeTruthy();
  });

  test('a browser without them offers none, and an account without a password is told why', async () => {
    removeAuthenticator();
    const first = renderRoute('/profile?tab=security');
    expect(await screen.findByText(/This browser cannot use passkeys here/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Add a passkey' })).toBeNull();
    first.unmount();

    installAuthenticator({});
    server.use(
      http.get('/api/auth/api/v1/users/me/password/', () =>
        HttpResponse.json({ has_password: false, is_allowed: true }),
      ),
    );
    renderRoute('/profile?tab=security');
    expect(await screen.findByText(/Set a password first/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Add a passkey' })).toBeNull();
  });
});
