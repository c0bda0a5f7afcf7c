import { expect, test } from '@playwright/test';
import { assignedTicket, screenshot, settled, signIn } from './stack';

/** A person asks to be reminded of a ticket, by keyboard and by mouse. */

test('a reminder is set on a ticket, counted, listed, changed and deleted', async ({ page, request }) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  await signIn(page, assignee);
  await page.goto(`/tickets/${ticketNumber}`);
  await expect(page.getByRole('button', { name: 'More', exact: true })).toBeVisible();
  await settled(page);
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: `Remind me of ${ticketNumber}` });
  await dialog.getByLabel('Reminder').selectOption('Tomorrow morning');
  await dialog.getByLabel('Note').fill('Call the supplier');
  await settled(page);
  await screenshot(page, 'reminder-dialog');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(/^Reminder: .*\d{4}/)).toBeVisible();
  await screenshot(page, 'reminder-line');

  await page.getByRole('link', { name: /^Reminders ?\d*$/ }).click();
  const row = page.getByRole('row', { name: ticketNumber });
  await expect(row).toContainText('Call the supplier');
  await settled(page);
  await screenshot(page, 'reminders');
  await row.getByRole('button', { name: `Change the reminder of ${ticketNumber}` }).click();
  const change = page.getByRole('dialog', { name: `Change the reminder of ${ticketNumber}` });
  await change.getByLabel('Note').fill('Write to the supplier');
  await change.getByRole('button', { name: 'Set reminder' }).click();
  await expect(row).toContainText('Write to the supplier');
  await row.getByRole('button', { name: `Delete the reminder of ${ticketNumber}` }).click();
  await expect(row).toHaveCount(0);
});
