import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { assignedTicket, demoAccounts, signIn } from './stack';

const FOLDER =
  process.env.SCREENSHOT_DIR ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.skip(process.env.SCREENSHOTS !== '1', 'refreshes the pictures in docs/: set SCREENSHOTS=1');
test.use({ deviceScaleFactor: 1, reducedMotion: 'reduce', colorScheme: 'light' });

async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
}

test('a picture of each page', async ({ page, request, browser }) => {
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  const { ticketNumber, assignee } = await assignedTicket(request);
  const { admin } = demoAccounts();

  await page.goto('/login');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await take(page, 'login');
  await signIn(page, assignee);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await take(page, 'home');
});
