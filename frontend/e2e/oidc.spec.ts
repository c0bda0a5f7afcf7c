import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import { demoAccounts, headersOf } from './stack';

const FOLDER = fileURLToPath(new URL('../../tests/oidc_provider', import.meta.url));
const SLUG = `acme-${randomBytes(3).toString('hex')}`;
const ACCOUNT = {
  email: `petra.${SLUG}@example.com`,
  email_verified: true,
  given_name: 'Petra',
  family_name: 'Novak',
  groups: ['service desk'],
};

let provider: ChildProcess;
let issuer: string;

/** Start a real OpenID provider that knows one person. */
async function startProvider(base: string): Promise<string> {
  const client = {
    client_id: 'tts',
    client_secret: 'only for this journey',
    redirect_uris: [`${base}/api/auth/oidc/${SLUG}/callback/`],
    post_logout_redirect_uris: [`${base}/login`],
  };
  const options = JSON.stringify({ clients: [client], accounts: { petra: ACCOUNT } });
  provider = spawn('node', ['provider.mjs', options], { cwd: FOLDER, stdio: ['pipe', 'pipe', 'inherit'] });
  if (!provider.stdout) throw new Error('the provider has no output');
  for await (const line of createInterface({ input: provider.stdout })) return JSON.parse(line).issuer;
  throw new Error('the provider did not start: run npm ci in tests/oidc_provider');
}

async function configure(request: APIRequestContext, base: string): Promise<() => Promise<void>> {
  const headers = await headersOf(request, demoAccounts().admin);
  const url = `${base}/api/auth/api/v1/identity-providers/`;
  const answer = await request.post(url, {
    headers,
    data: {
      slug: SLUG,
      name: `Acme ${SLUG}`,
      issuer,
      client_id: 'tts',
      client_secret: 'only for this journey',
      creates_accounts: true,
      roles: [{ group: 'service desk', system: 'tts', role: 'Agent' }],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { id } = await answer.json();
  return async () => {
    await request.delete(`${url}${id}/`, { headers });
  };
}

const button = (page: Page) => page.getByRole('link', { name: `Sign in with Acme ${SLUG}` });

test.beforeAll(async ({ baseURL }) => {
  issuer = await startProvider(baseURL ?? '');
});

test.afterAll(() => {
  provider?.kill();
});

test('a person signs in at the company’s provider, works, and signs out in both places', async ({
  page,
  request,
  baseURL,
}) => {
  const remove = await configure(request, baseURL ?? '');
  try {
    await page.goto('/inbox');
    await expect(page).toHaveURL(/\/login\?next=%2Finbox/);

    // Cancelled at the provider: the sign-in page says so, and knows where the person wanted to go.
    await button(page).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('alert')).toContainText('The sign-in was cancelled');
    await expect(page).toHaveURL(/next=%2Finbox/);

    await button(page).click();
    await page.getByLabel('Account').fill('petra');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page).toHaveURL(/\/inbox$/);
    await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
    await page.goto('/profile');
    await expect(page.getByLabel('Email', { exact: true })).toHaveValue(ACCOUNT.email);

    await page.goto('/profile?tab=security');
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.getByRole('button', { name: 'Sign out at the provider' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto('/inbox');
    await expect(page).toHaveURL(/\/login/);
    // The provider has forgotten the person as well, and asks again.
    await button(page).click();
    await expect(page.getByLabel('Account')).toBeVisible();
  } finally {
    await remove();
  }
});
