import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { demoAccounts, open, signIn } from './stack';

const FOLDER = fileURLToPath(new URL('../../tests/oidc_provider', import.meta.url));
const SLUG = `acme-${randomBytes(3).toString('hex')}`;
const NAME = `Acme ${SLUG}`;
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

/** What an administrator does on the system page: add the provider, read its addresses, check it. */
async function addProvider(page: Page, base: string): Promise<void> {
  await signIn(page, demoAccounts().admin);
  await open(page, '/admin/system?tab=sign-in');
  await page.getByRole('button', { name: 'Add provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add identity provider' });
  await dialog.getByLabel('Name', { exact: true }).fill(NAME);
  await dialog.getByLabel('Short name').fill(SLUG);
  await dialog.getByLabel('Issuer').fill(`${issuer}/`);
  await dialog.getByLabel('Client ID').fill('tts');
  await dialog.getByLabel('Client secret').fill('only for this journey');
  await dialog.getByLabel('Create an account at the first sign-in').check();
  await dialog.getByRole('button', { name: 'Add rule' }).click();
  await dialog.getByLabel('Group', { exact: true }).fill('service desk');
  await dialog.getByLabel('Role', { exact: true }).selectOption('Agent');
  await dialog.getByRole('button', { name: 'Add provider' }).click();
  const addresses = page.getByRole('dialog', { name: `Addresses for ${NAME}` });
  await expect(addresses.getByText(`${base}/api/auth/oidc/${SLUG}/callback/`)).toBeVisible();
  await addresses.getByRole('button', { name: 'Close' }).click();

  // The issuer was entered with a slash too many: the check says so, and says what to enter.
  const panel = page.getByRole('region', { name: NAME });
  await panel.getByRole('button', { name: `Check ${NAME}` }).click();
  await expect(panel.getByRole('status')).toContainText(`The provider calls itself “${issuer}”`);
  await panel.getByRole('button', { name: `Edit ${NAME}` }).click();
  const edit = page.getByRole('dialog', { name: `Edit ${NAME}` });
  await edit.getByLabel('Issuer').fill(issuer);
  await edit.getByLabel('Client secret').fill('only for this journey');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await panel.getByRole('button', { name: `Check ${NAME}` }).click();
  await expect(panel.getByRole('status')).toContainText('The provider answers');
}

async function removeProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Delete ${NAME}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  // Behind an open dialog no region has a role, so its absence would prove nothing.
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('region', { name: NAME })).toBeHidden();
}

const button = (page: Page) => page.getByRole('link', { name: `Sign in with ${NAME}` });

test.beforeAll(async ({ baseURL }) => {
  issuer = await startProvider(baseURL ?? '');
});

test.afterAll(() => {
  provider?.kill();
});

test('an administrator adds and checks the provider; a person signs in by it, works, and signs out in both places', async ({
  page,
  browser,
  baseURL,
}) => {
  const office = await browser.newPage({ baseURL });
  await addProvider(office, baseURL ?? '');
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
    await page.getByRole('button', { name: 'Set a password by email' }).click();
    await expect(page.getByText(`on its way to ${ACCOUNT.email}`)).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.getByRole('button', { name: 'Sign out at the provider' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto('/inbox');
    await expect(page).toHaveURL(/\/login/);
    // The provider has forgotten the person as well, and asks again.
    await button(page).click();
    await expect(page.getByLabel('Account')).toBeVisible();
  } finally {
    await removeProvider(office);
    await office.close();
  }
});
