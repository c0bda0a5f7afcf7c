import { expect, test } from '@playwright/test';
import { assignedTicket, demoAccounts, signIn } from './stack';

test('an agent comments and acts on a ticket, and an admin watching it sees both live', async ({
  browser,
  request,
}) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  const agentPage = await (await browser.newContext()).newPage();
  const adminPage = await (await browser.newContext()).newPage();

  await signIn(adminPage, demoAccounts().admin);
  await adminPage.goto(`/tickets/${ticketNumber}`);
  await expect(adminPage.getByRole('textbox', { name: 'Write a comment…' })).toBeVisible();

  await signIn(agentPage, assignee);
  await agentPage.goto('/inbox');
  await agentPage.getByRole('searchbox', { name: 'Search number or subject' }).fill(ticketNumber);
  const row = agentPage.getByRole('row', { name: ticketNumber });
  await row.getByRole('link').click();
  await expect(agentPage).toHaveURL(new RegExp(`/tickets/${ticketNumber}$`));
  // Each sees the other: both sockets are up.
  await expect(agentPage.getByText(/Also here:/)).toBeVisible();

  const words = `I have it, and a spare part is on its way (${Date.now()}).`;
  await agentPage.getByRole('textbox', { name: 'Write a comment…' }).fill(words);
  const saidAt = Date.now();
  await agentPage.getByRole('button', { name: 'Comment', exact: true }).click();
  await adminPage.getByRole('article').filter({ hasText: words }).waitFor({ timeout: 5_000 });
  expect(Date.now() - saidAt, 'milliseconds until the other browser showed the comment').toBeLessThan(1_000);
  await expect(agentPage.getByRole('article').filter({ hasText: words })).toHaveCount(1);
  await expect(agentPage.getByText('sending…')).toHaveCount(0);

  const stepOfAdmin = adminPage.locator('li[aria-current="step"]');
  const before = (await stepOfAdmin.textContent()) ?? '';
  const actions = agentPage.getByRole('group', { name: 'Actions' });
  await actions.getByRole('button').first().click();
  await expect(stepOfAdmin).not.toHaveText(before);
});
