import { expect, test } from '@playwright/test';
import { assignedTicket, demoAccounts, open, screenshot, settled, signIn } from './stack';

/** An administrator adds a webhook, sees its secret once, tests it, and reads in the log why nothing arrives. */

test('a webhook is added, tested, looked at and deleted', async ({ page, request }) => {
  const name = `Payroll ${Date.now()}`;
  await signIn(page, demoAccounts().admin);
  await open(page, '/admin/system?tab=webhooks');
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'New webhook' });
  await dialog.getByLabel('URL').fill('https://127.0.0.1/hook');
  await dialog.getByLabel('Description').fill(name);
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  await expect(dialog).toContainText('The address is a private one.');
  await settled(page);
  await screenshot(page, 'webhook-refused');
  // A name that never resolves: the top-level domain is reserved.
  await dialog.getByLabel('URL').fill('https://hooks.invalid/tickets');
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  const secret = page.getByRole('dialog', { name: 'Signing secret' });
  await expect(secret).toContainText(/whsec_[A-Za-z0-9+/]{43}=/);
  await settled(page);
  await screenshot(page, 'webhook-secret');
  await secret.getByRole('button', { name: 'Close' }).click();
  const { ticketNumber } = await assignedTicket(request);

  await page.getByRole('button', { name: `Send a test to ${name}` }).click();
  const log = page.getByRole('dialog', { name: `Log of ${name}` });
  await expect(log.getByRole('row', { name: /^Test/ })).toContainText('not_resolved', { timeout: 30_000 });
  const created = log.getByRole('row', { name: `Created ${ticketNumber}` });
  await expect(created).toContainText('not_resolved', { timeout: 30_000 });
  // What comes later waits for what came earlier.
  await expect(log.getByRole('row', { name: `Assigned ${ticketNumber}` })).not.toContainText('not_resolved');
  await settled(page);
  await screenshot(page, 'webhook-log');
  await log.getByRole('button', { name: /^Details of test-/ }).click();
  await expect(page.getByRole('dialog')).toContainText('This is a test.');
  await settled(page);
  await screenshot(page, 'webhook-details');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  const row = page.getByRole('row', { name });
  await page.reload();
  await expect(row).toContainText('Failing since');
  await settled(page);
  await screenshot(page, 'webhooks');
  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  await screenshot(page, 'webhooks-360');
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  await settled(page);
  await screenshot(page, 'webhook-edit-360');
  await page.getByRole('button', { name: 'Delete webhook' }).click();
  await page.getByRole('button', { name: 'Delete webhook' }).click();
  await expect(page.getByText('The webhook was deleted.')).toBeVisible();
  await expect(page.getByRole('button', { name: `Edit ${name}` })).toHaveCount(0);
});
