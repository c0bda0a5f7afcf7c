import { expect, test } from '@playwright/test';
import { assignedTicket, demoAccounts, headersOf, screenshot, settled, signIn } from './stack';

/** A ticket is put on hold until something happens, and goes on by itself. */

test('a ticket waits for its requester in two clicks, and is answered', async ({ page, request }) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  await signIn(page, assignee);
  await page.goto(`/tickets/${ticketNumber}`);
  await page.getByRole('button', { name: 'Public reply' }).click();
  await page.locator('#ticket-composer').fill('Which charger is it?');
  await page.getByRole('button', { name: 'Send reply and …' }).click();
  await page.getByRole('menuitem', { name: 'Send reply and “Hold until answered”' }).click();
  await expect(page.getByText('On hold until the requester answers', { exact: true })).toBeVisible();

  // Of the help desk, where the requester writes.
  const headers = await headersOf(request, demoAccounts().admin);
  const answer = await request.post(`/api/ticket/tickets/${ticketNumber}/comments/`, {
    headers,
    data: { text: 'The grey one.' },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  await expect(page.getByText('Answered', { exact: true })).toBeVisible();
  await expect(page.getByText('On hold until the requester answers', { exact: true })).toHaveCount(0);
  await screenshot(page, 'answered');

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Put on hold' }).click();
  const dialog = page.getByRole('dialog', { name: 'Put on hold' });
  await dialog.getByRole('combobox', { name: 'Waiting for' }).click();
  await page.getByRole('option', { name: 'A supplier' }).click();
  await dialog.getByRole('combobox', { name: 'On hold until' }).click();
  await page.getByRole('option', { name: 'A number of working days has passed' }).click();
  await dialog.getByRole('spinbutton', { name: 'Working days' }).fill('2');
  await settled(page);
  await screenshot(page, 'hold-dialog');
  await dialog.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(page.getByText(/^On hold until .*\d{4}/)).toBeVisible();
  await expect(page.getByText('Answered', { exact: true })).toHaveCount(0);
  await screenshot(page, 'on-hold-until');
});
