import { expect, type Page, test } from '@playwright/test';
import { assignedTicket, demoAccounts, signIn } from './stack';

const COMMENTS = ['I have it.', 'A spare part is on its way.', 'It should be here within the hour.'];

/** Write a comment in one browser and return after how many milliseconds the other one shows it. */
async function say(words: string, speaker: Page, listener: Page): Promise<number> {
  await speaker.getByRole('textbox', { name: 'Write an internal note…' }).fill(words);
  const shown = listener.getByRole('article').filter({ hasText: words }).waitFor({ timeout: 10_000 });
  const saidAt = Date.now();
  await speaker.getByRole('button', { name: 'Add note', exact: true }).click();
  await shown;
  return Date.now() - saidAt;
}

test('an agent comments and acts on a ticket, and an admin watching it sees both live', async ({
  browser,
  request,
}) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  const agentPage = await (await browser.newContext()).newPage();
  const adminPage = await (await browser.newContext()).newPage();

  await signIn(adminPage, demoAccounts().admin);
  await adminPage.goto(`/tickets/${ticketNumber}`);
  await expect(adminPage.getByRole('textbox', { name: 'Write an internal note…' })).toBeVisible();

  await signIn(agentPage, assignee);
  await agentPage.goto('/inbox');
  await agentPage.getByRole('searchbox', { name: 'Search number or subject' }).fill(ticketNumber);
  await expect(agentPage).toHaveURL(new RegExp(`search=${ticketNumber}`));
  await agentPage.getByRole('row', { name: ticketNumber }).getByRole('link').click();
  await expect(agentPage).toHaveURL(new RegExp(`/tickets/${ticketNumber}$`));
  // Each sees the other: both sockets are up.
  await expect(agentPage.getByText(/Also viewing:/)).toBeVisible();
  await expect(adminPage.getByText(/Also viewing:/)).toBeVisible();

  const delays: number[] = [];
  for (const words of COMMENTS) delays.push(await say(`${words} (${Date.now()})`, agentPage, adminPage));
  // The quickest: a busy machine delays some, but one that comes by asking again would never be so quick.
  expect(
    Math.min(...delays),
    `milliseconds until the other browser showed a comment: ${delays}`,
  ).toBeLessThan(1_000);
  await expect(agentPage.getByText('sending…')).toHaveCount(0);
  for (const words of COMMENTS)
    await expect(agentPage.getByRole('article').filter({ hasText: words })).toHaveCount(1);

  const stepOfAdmin = adminPage.locator('li[aria-current="step"]');
  const before = (await stepOfAdmin.textContent()) ?? '';
  await agentPage.getByRole('group', { name: 'Actions' }).getByRole('button').first().click();
  await expect(stepOfAdmin).not.toHaveText(before);
});
