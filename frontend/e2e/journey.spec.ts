import { expect, type Page, test } from '@playwright/test';
import { assignedTicket, deliveriesOf, demoAccounts, signIn } from './stack';

const COMMENTS = ['I have it.', 'A spare part is on its way.', 'It should be here within the hour.'];

/** Write a comment in one browser and wait until the other one shows it. */
async function say(words: string, speaker: Page, listener: Page): Promise<void> {
  await speaker.getByRole('textbox', { name: 'Write an internal note…' }).fill(words);
  const heard = deliveriesOf(listener);
  const askedBefore = heard.asked;
  await speaker.getByRole('button', { name: 'Add note', exact: true }).click();
  await expect(listener.getByRole('article').filter({ hasText: words })).toBeVisible();
  // Brought by the socket, words and all; the page did not have to ask for it.
  expect(heard.frames.filter((frame) => frame.includes(words)).length).toBeGreaterThan(0);
  expect(heard.asked).toBe(askedBefore);
}

test('an agent comments and acts on a ticket, and an admin watching it sees both live', async ({
  browser,
  request,
}) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  const agentPage = await (await browser.newContext()).newPage();
  const adminPage = await (await browser.newContext()).newPage();

  deliveriesOf(adminPage);
  await signIn(adminPage, demoAccounts().admin);
  await adminPage.goto(`/tickets/${ticketNumber}`);
  await expect(adminPage.getByRole('textbox', { name: 'Write an internal note…' })).toBeVisible();

  await signIn(agentPage, assignee);
  await agentPage.goto('/inbox');
  await agentPage.getByRole('searchbox', { name: 'Search number or subject' }).fill(ticketNumber);
  await agentPage.getByRole('row', { name: ticketNumber }).getByRole('link').click();
  await expect(agentPage).toHaveURL(new RegExp(`/tickets/${ticketNumber}$`));
  // Each sees the other: both sockets are up.
  await expect(agentPage.getByText(/Also viewing:/)).toBeVisible();
  await expect(adminPage.getByText(/Also viewing:/)).toBeVisible();

  for (const words of COMMENTS) await say(`${words} (${Date.now()})`, agentPage, adminPage);
  await expect(agentPage.getByText('sending…')).toHaveCount(0);
  for (const words of COMMENTS)
    await expect(agentPage.getByRole('article').filter({ hasText: words })).toHaveCount(1);

  const stepOfAdmin = adminPage.locator('li[aria-current="step"]');
  const before = (await stepOfAdmin.textContent()) ?? '';
  await agentPage.getByRole('group', { name: 'Actions' }).getByRole('button').first().click();
  await expect(stepOfAdmin).not.toHaveText(before);
});
