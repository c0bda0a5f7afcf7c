import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { page, quietServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';

const PROVIDERS = '/api/auth/api/v1/identity-providers/';
const ADDRESSES = {
  redirect_uri: 'https://desk.example.com/api/auth/oidc/acme/callback/',
  post_logout_redirect_uri: 'https://desk.example.com/login',
  backchannel_logout_uri: 'https://desk.example.com/api/auth/oidc/acme/backchannel-logout/',
  frontchannel_logout_uri: 'https://desk.example.com/api/auth/oidc/acme/frontchannel-logout/',
};
const acme = {
  id: 4,
  slug: 'acme',
  name: 'Acme',
  issuer: 'https://login.example.com',
  client_id: 'tts',
  has_client_secret: true,
  scopes: ['openid', 'email'],
  claims: { email: 'mail' },
  roles: [{ group: 'it', system: 'tts', role: 'Agent' }],
  creates_accounts: true,
  links_accounts: false,
  requires_verified_email: true,
  asks_second_factor: false,
  is_active: true,
  created_at: '2026-11-01T08:00:00Z',
  updated_at: '2026-11-01T08:00:00Z',
  addresses: ADDRESSES,
};
const systems = ['tts', 'ams'].map((slug, index) => ({
  id: index + 1,
  slug,
  name: slug === 'tts' ? 'Ticket Tracking' : 'Assets',
  description: '',
  password_sign_in: true,
  created_at: '2026-01-01T08:00:00Z',
}));
const roles = [
  { id: 1, system: 'tts', name: 'Agent' },
  { id: 2, system: 'ams', name: 'Asset Manager' },
];

beforeEach(() => {
  server.use(
    ...quietServices(['Admin']),
    http.get(PROVIDERS, () => page([acme])),
    http.get(`${PROVIDERS}configured/`, () => HttpResponse.json({ providers: [] })),
    http.get('/api/auth/api/v1/systems/', () => page(systems)),
    http.get('/api/auth/api/v1/roles/', () => page(roles)),
  );
});

function refused(status: number, code: string, detail: string, attr: string) {
  return HttpResponse.json({ type: 'client_error', errors: [{ code, detail, attr }] }, { status });
}

const open = () => renderRoute('/admin/system?tab=sign-in');

test('those of the environment are shown and can not be changed', async () => {
  const { id: _id, created_at: _c, updated_at: _u, scopes: _s, claims: _claims, ...fields } = acme;
  server.use(
    http.get(PROVIDERS, () => page([])),
    http.get(`${PROVIDERS}configured/`, () =>
      HttpResponse.json({ providers: [{ ...fields, slug: 'set', name: 'Set' }] }),
    ),
  );
  open();
  const panel = await screen.findByRole('region', { name: 'Set' });
  expect(within(panel).getByText('From the environment')).toBeTruthy();
  expect(within(panel).getAllByRole('button')).toHaveLength(1);
  expect(within(panel).getByRole('button', { name: 'Addresses of Set' })).toBeTruthy();
});

test('a new one is sent with its rules, and its addresses are shown to copy', async () => {
  let sent: unknown;
  server.use(
    http.get(PROVIDERS, () => page([])),
    http.post(PROVIDERS, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(acme, { status: 201 });
    }),
  );
  const { user } = open();
  expect(await screen.findByText('No identity providers')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Add provider' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByLabelText('Name'), 'Acme');
  await user.type(within(dialog).getByLabelText('Short name'), 'acme');
  await user.type(within(dialog).getByLabelText('Issuer'), 'https://login.example.com');
  await user.type(within(dialog).getByLabelText('Client ID'), 'tts');
  await user.type(within(dialog).getByLabelText('Client secret'), 'between us');
  await user.click(within(dialog).getByLabelText('Create an account at the first sign-in'));
  await user.click(within(dialog).getByRole('button', { name: 'Add rule' }));
  await user.type(within(dialog).getByLabelText('Group'), 'assets');
  await user.selectOptions(within(dialog).getByLabelText('System'), 'ams');
  await user.selectOptions(within(dialog).getByLabelText('Role'), 'Asset Manager');
  await user.click(within(dialog).getByRole('button', { name: 'Add provider' }));
  expect(await screen.findByText('Addresses for Acme')).toBeTruthy();
  expect(screen.getByText(ADDRESSES.redirect_uri)).toBeTruthy();
  expect(screen.getByText(ADDRESSES.backchannel_logout_uri)).toBeTruthy();
  expect(sent).toEqual({
    slug: 'acme',
    name: 'Acme',
    issuer: 'https://login.example.com',
    client_id: 'tts',
    client_secret: 'between us',
    scopes: ['openid', 'profile', 'email'],
    claims: {},
    roles: [{ group: 'assets', system: 'ams', role: 'Asset Manager' }],
    creates_accounts: true,
    links_accounts: false,
    requires_verified_email: true,
    asks_second_factor: false,
    is_active: true,
  });
});

test('what is missing is said at its field, and nothing is sent', async () => {
  const sent = vi.fn();
  server.use(
    http.post(PROVIDERS, () => {
      sent();
      return HttpResponse.json(acme, { status: 201 });
    }),
  );
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Add provider' }));
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByLabelText('Short name'), 'No good');
  await user.click(within(dialog).getByRole('button', { name: 'Add provider' }));
  expect(await within(dialog).findByText('Enter an address that begins with https://')).toBeTruthy();
  expect(within(dialog).getByText('Use lower-case letters, digits and dashes.')).toBeTruthy();
  expect(sent).not.toHaveBeenCalled();
});

test('a change keeps the secret and the other claims; what the server refuses stands at the field', async () => {
  const sent: unknown[] = [];
  server.use(
    http.patch(`${PROVIDERS}4/`, async ({ request }) => {
      sent.push(await request.json());
      return refused(400, 'invalid', 'Enter the client secret again.', 'client_secret');
    }),
  );
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Edit Acme' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByLabelText('Client secret')).toHaveProperty('value', '');
  await user.type(within(dialog).getByLabelText('Issuer'), '/other');
  await user.type(within(dialog).getByLabelText('Groups claim'), 'realm_access.roles');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  expect(await within(dialog).findByText('Enter the client secret again.')).toBeTruthy();
  expect(within(dialog).queryByRole('alert')).toBeNull();
  expect(sent[0]).toMatchObject({
    issuer: 'https://login.example.com/other',
    claims: { email: 'mail', groups: 'realm_access.roles' },
  });
  expect(sent[0]).not.toHaveProperty('client_secret');
});

test('a check says in words what is wrong', async () => {
  server.use(
    http.post(`${PROVIDERS}4/check/`, () =>
      HttpResponse.json({
        finding: 'issuer_mismatch',
        detail: 'x',
        issuer_found: 'https://login.example.com/',
      }),
    ),
  );
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Check Acme' }));
  expect(
    await screen.findByText(
      'The provider calls itself “https://login.example.com/”. Enter exactly that as the issuer.',
    ),
  ).toBeTruthy();
});

test('one is deleted after a question', async () => {
  let isDeleted = false;
  server.use(
    http.get(PROVIDERS, () => page(isDeleted ? [] : [acme])),
    http.delete(`${PROVIDERS}4/`, () => {
      isDeleted = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = open();
  await user.click(await screen.findByRole('button', { name: 'Delete Acme' }));
  expect(isDeleted).toBe(false);
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText('No identity providers')).toBeTruthy();
});

test('password sign-in is switched for a system, and a refusal is said', async () => {
  const sent: unknown[] = [];
  server.use(
    http.patch('/api/auth/api/v1/systems/2/', async ({ request }) => {
      sent.push(await request.json());
      return refused(
        409,
        'no_local_admin',
        'An administrator with a password must stay.',
        'password_sign_in',
      );
    }),
  );
  const { user } = open();
  const toggle = await screen.findByRole('switch', { name: 'Password sign-in for Assets' });
  await user.click(toggle);
  expect(await screen.findByText('An administrator with a password must stay.')).toBeTruthy();
  expect(sent).toEqual([{ password_sign_in: false }]);
  await waitFor(() => expect(toggle).toHaveProperty('checked', true));
});
