import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { assignedTicket, demoAccounts, signIn } from './stack';

const FOLDER =
  process.env.SCREENSHOT_DIR ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.use({ reducedMotion: 'reduce', colorScheme: 'light' });

async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
  // Fonts and the diagram's last layout.
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
}

test('a picture of each page', async ({ page, request, browser }) => {
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  const { ticketNumber, assignee } = await assignedTicket(request);

  await page.goto('/login');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await take(page, 'login');

  await signIn(page, assignee);
  await expect(page.getByRole('table').first()).toBeVisible();
  await take(page, 'home');

  await page.goto('/inbox');
  await expect(page.getByRole('table')).toBeVisible();
  await take(page, 'inbox');

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeVisible();
  await take(page, 'command-palette');
  await page.keyboard.press('Escape');

  await page.goto(`/tickets/${ticketNumber}`);
  await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Explain' })).toBeVisible();
  await take(page, 'ticket');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByRole('button', { name: 'Why me?' }).click();
  await take(page, 'ticket-timeline');

  await page.goto('/inbox');
  await page.getByRole('button', { name: /Notifications/ }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await take(page, 'notifications');

  await page.goto('/profile');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await take(page, 'profile');

  const admin = await (await browser.newContext({ reducedMotion: 'reduce', colorScheme: 'light' })).newPage();
  await signIn(admin, demoAccounts().admin);
  await admin.goto('/admin/workflows');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-workflows');
  await admin.getByRole('link', { name: 'Access Request' }).click();
  await expect(admin.getByRole('heading', { name: 'Diagram' })).toBeVisible();
  await take(admin, 'admin-workflow');
  await admin.goto('/admin/tasks');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-tasks');

  const dark = await (
    await browser.newContext({
      reducedMotion: 'reduce',
      colorScheme: 'dark',
      storageState: await page.context().storageState(),
    })
  ).newPage();
  await dark.goto(`/tickets/${ticketNumber}`);
  await expect(dark.getByRole('group', { name: 'Actions' })).toBeVisible();
  await take(dark, 'ticket-dark');

  const phone = await (
    await browser.newContext({
      reducedMotion: 'reduce',
      colorScheme: 'light',
      viewport: { width: 360, height: 780 },
    })
  ).newPage();
  await signInNarrow(phone);
  await phone.goto(`/tickets/${ticketNumber}`);
  await expect(phone.getByRole('group', { name: 'Actions' })).toBeVisible();
  await take(phone, 'ticket-phone');
});

/** On a phone the navigation is behind a button. */
async function signInNarrow(page: Page): Promise<void> {
  const { admin } = demoAccounts();
  await page.goto('/login');
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Open navigation' })).toBeVisible();
}
