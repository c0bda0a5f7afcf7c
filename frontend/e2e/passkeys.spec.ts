import { type Browser, type CDPSession, expect, type Page, test } from '@playwright/test';
import { type Account, demoAccounts, headersOf, mailTo, newPerson, picture, signIn } from './stack';

interface Device {
  page: Page;
  cdp: CDPSession;
  id: string;
}

/** A browser with an authenticator that has a screen lock and keeps passkeys, as laptops and telephones do. */
async function browserWithAuthenticator(browser: Browser): Promise<Device> {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      document.documentElement.dataset.asked = options?.mediation ?? 'at once';
      return get(options);
    };
  });
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

/** Whether the person touches the authenticator as soon as it asks; then they also take what a field offers at once. */
async function touching({ cdp, id }: Device, enabled: boolean): Promise<void> {
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: id, enabled });
}

/** Signs out. What the field for the name offers then is not chosen, and waits. */
async function signOut(device: Device): Promise<void> {
  const { page } = device;
  await touching(device, false);
  await page.evaluate(() => delete document.documentElement.dataset.asked);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL(/\/login/);
  await expectOffer(page);
  await touching(device, true);
}

const expectOffer = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-asked', 'conditional');

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
  const device = await browserWithAuthenticator(browser);
  const { page, cdp, id } = device;
  await signIn(page, person);
  const began = Date.now();
  await addPasskey(page, person, 'Work laptop');
  expect((await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials).toHaveLength(1);
  await mailTo(request, person.email, began, /Work laptop/);
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText('never used');
  await picture(page, 'passkeys');

  // Alone: nothing is typed.
  await signOut(device);
  await picture(page, 'passkey-login');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isIn(page);

  // The same, chosen in the field for the name.
  await signOut(device);
  await page.reload();
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
  await signOut(device);
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
  await signOut(device);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert').first()).toHaveText(/This passkey does not work here/);
});

test('who does not unlock the device is not let in, and the administrator can remove what was lost', async ({
  browser,
  request,
}) => {
  const person = await newPerson(request, { first: 'Piers', last: 'Lock' }, ['Agent']);
  const device = await browserWithAuthenticator(browser);
  const { page, cdp, id } = device;
  await signIn(page, person);
  await addPasskey(page, person, 'Lost telephone');

  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('The same again');
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByText('This device already has a passkey for your account.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await signOut(device);

  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toHaveText(/cancelled or timed out/);
  await expectOffer(page);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isIn(page);
  await signOut(device);

  const headers = await headersOf(request, demoAccounts().admin);
  const reset = await request.post(`/api/auth/api/v1/users/${person.user_id}/reset-otp/`, { headers });
  expect((await reset.json()).passkeys).toBe(0);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert').first()).toHaveText(/This passkey does not work here/);
});
