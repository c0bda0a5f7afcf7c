import { type Browser, type CDPSession, expect, type Page, test } from '@playwright/test';
import { type Account, demoAccounts, headersOf, mailTo, newPerson, picture, signIn } from './stack';

/** A browser with an authenticator that has a screen lock and keeps passkeys, as laptops and telephones do. */
async function browserWithAuthenticator(
  browser: Browser,
): Promise<{ page: Page; cdp: CDPSession; id: string }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, cdp, id: authenticatorId };
}

async function addPasskey(page: Page, person: Account, name: string): Promise<void> {
  await page.goto('/profile?tab=security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Current password').fill(person.password);
  await picture(page, 'passkey-add');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText(`Passkey “${name}” added.`)).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL(/\/login/);
}

async function givePassword(page: Page, person: Account): Promise<void> {
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const isIn = (page: Page) => expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();

test('a passkey is added, signs in alone, then as the second factor, and is removed', async ({
  browser,
  request,
}) => {
  const person = await newPerson(request, { first: 'Paula', last: 'Keyes' }, ['Agent']);
  const { page, cdp, id } = await browserWithAuthenticator(browser);
  await signIn(page, person);
  const began = Date.now();
  await addPasskey(page, person, 'Work laptop');
  expect((await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials).toHaveLength(1);
  await mailTo(request, person.email, began, /Work laptop/);
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText('never used');
  await picture(page, 'passkeys');

  // Alone: nothing is typed.
  await signOut(page);
  await picture(page, 'passkey-login');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isIn(page);

  // After the password.
  await page.goto('/profile?tab=security');
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText('last used');
  await page.getByRole('button', { name: 'Use passkeys' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Use passkeys' }).click();
  const code = await dialog
    .getByText(/^[a-z0-9]{5}-[a-z0-9]{5}$/)
    .first()
    .textContent();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await signOut(page);
  await givePassword(page, person);
  await expect(page.getByText('Confirm with one of your passkeys.')).toBeVisible();
  await picture(page, 'passkey-second');
  await page.getByRole('button', { name: 'Use a passkey', exact: true }).click();
  await isIn(page);

  // Lost: a recovery code does.
  const other = await (await browser.newContext()).newPage();
  await other.goto('/login');
  await givePassword(other, person);
  await other.getByRole('button', { name: 'Use a recovery code instead' }).click();
  await other.getByLabel('Recovery code').fill(code ?? '');
  await other.getByRole('button', { name: 'Confirm' }).click();
  await isIn(other);

  // The last one stays as long as it is the second factor.
  await page.goto('/profile?tab=security');
  await page.getByRole('button', { name: 'Remove Work laptop' }).click();
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog.getByText(/this is the last one/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Turn off' }).click();
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Turn off' }).click();
  await expect(page.getByText('Two-factor authentication is off.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Work laptop' }).click();
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('You have no passkeys yet.')).toBeVisible();

  // The device still has it; here it opens nothing any more.
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText(/This passkey does not work here/);
});

test('who does not unlock the device is not let in, and the administrator can remove what was lost', async ({
  browser,
  request,
}) => {
  const person = await newPerson(request, { first: 'Piers', last: 'Lock' }, ['Agent']);
  const { page, cdp, id } = await browserWithAuthenticator(browser);
  await signIn(page, person);
  await addPasskey(page, person, 'Lost telephone');

  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('The same again');
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByText('This device already has a passkey for your account.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await signOut(page);

  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText(/cancelled or timed out/);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isIn(page);
  await signOut(page);

  const headers = await headersOf(request, demoAccounts().admin);
  const reset = await request.post(`/api/auth/api/v1/users/${person.user_id}/reset-otp/`, { headers });
  expect((await reset.json()).passkeys).toBe(0);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText(/This passkey does not work here/);
});
