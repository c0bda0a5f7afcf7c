import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Account, assignedTicket, demoAccounts, signIn } from './stack';

/** Two people with one ticket open: the agent who has it, and an admin. */

let context: BrowserContext;
let agent: Page;
let admin: Page;
let assignee: Account;

test.beforeEach(async ({ browser, request }) => {
  const ticket = await assignedTicket(request);
  assignee = ticket.assignee;
  context = await browser.newContext();
  agent = await context.newPage();
  admin = await (await browser.newContext()).newPage();
  await signIn(agent, assignee);
  await signIn(admin, demoAccounts().admin);
  for (const page of [agent, admin]) await page.goto(`/tickets/${ticket.ticketNumber}`);
  await expect(agent.getByText(/Also viewing:/)).toBeVisible();
  await expect(admin.getByText(/Also viewing:/)).toBeVisible();
});

async function choose(page: Page, verb: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: verb }).click();
}

async function confirm(page: Page, reason: string, button: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Reason/).fill(reason);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

test('a conversation carries files, replies, ratings and corrections to the other side', async () => {
  await agent.locator('input[type="file"]').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('The cable is fine.'),
  });
  await agent.getByRole('textbox', { name: 'Write an internal note…' }).fill('My notes are attached');
  await agent.keyboard.press('Control+Enter');
  const file = admin.getByRole('button', { name: /notes\.txt/ });
  await expect(file).toBeVisible();
  const download = admin.waitForEvent('download');
  await file.click();
  expect((await download).suggestedFilename()).toBe('notes.txt');

  await admin.getByRole('button', { name: 'Reply' }).first().click();
  const reply = admin.getByRole('textbox', { name: /Reply to/ });
  await reply.pressSequentially('Thank', { delay: 30 });
  await expect(agent.getByText(/is typing…/)).toBeVisible();
  await reply.fill('Thank you');
  await admin.keyboard.press('Control+Enter');
  await expect(agent.getByRole('article').filter({ hasText: 'Thank you' }).last()).toBeVisible();

  await admin
    .getByRole('button', { name: /^Helpful/ })
    .first()
    .click();
  await expect(agent.getByRole('button', { name: 'Helpful, 1' })).toBeVisible();

  await agent.getByRole('button', { name: 'Edit' }).first().click();
  await agent.getByRole('textbox', { name: 'Edit comment' }).fill('My notes are attached, with the cause');
  await agent.getByRole('button', { name: 'Save' }).click();
  // Whole, and not only where the answer names it.
  const shown = (words: string) => admin.getByText(words, { exact: true });
  await expect(shown('My notes are attached, with the cause')).toBeVisible();

  await agent.getByRole('button', { name: 'Delete' }).first().click();
  await agent.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(shown('This comment was deleted.')).toBeVisible();
  await expect(shown('Thank you')).toBeVisible();
});

test('a ticket is held, resumed, handed over, released and claimed, and the other side follows', async () => {
  const reason = (page: Page) => page.getByRole('note', { name: 'Reason of the last act' });
  await choose(agent, 'Put on hold');
  await confirm(agent, 'Waiting for the spare part', 'Hold');
  await expect(admin.getByText('On hold', { exact: true })).toBeVisible();
  await expect(reason(admin)).toContainText('Waiting for the spare part');
  await agent.getByRole('button', { name: 'Resume' }).click();
  await expect(admin.getByText('In progress', { exact: true })).toBeVisible();
  await expect(reason(admin)).toHaveCount(0);

  const onBehalf = admin.getByText(/You are acting on behalf of/);
  const ofThem = (await onBehalf.textContent()) ?? '';
  await choose(agent, /Transfer/);
  await agent.getByRole('combobox', { name: /Transfer to/ }).click();
  await agent.getByRole('option').first().click();
  await confirm(agent, 'You know this model better', 'Transfer');
  await expect(agent.getByText(/Assigned to/)).toBeVisible();
  // Of somebody else: only then has the transfer reached this page, whose next act would else be of an older version.
  await expect(onBehalf).not.toHaveText(ofThem);
  await expect(reason(admin)).toContainText('You know this model better');

  await choose(admin, /Unassign/);
  await expect(admin.getByText(/Waiting for someone with the role/)).toBeVisible();
  await agent.getByRole('button', { name: 'Claim' }).click();
  await expect(agent.getByRole('button', { name: 'Why me?' })).toBeVisible();

  await agent.getByRole('button', { name: 'Activity', exact: true }).click();
  const activity = agent.getByRole('log', { name: 'Conversation and activity' });
  for (const words of ['put it on hold', 'resumed it', 'transferred it to', 'unassigned it', 'claimed it']) {
    await expect(activity.getByText(words)).toBeVisible();
  }
  await expect(activity.getByText('Waiting for the spare part')).toBeVisible();
});

test('a reload keeps the session, and signing out ends it in every tab', async () => {
  await agent.reload();
  await expect(agent.getByRole('group', { name: 'Actions' })).toBeVisible();
  const other = await context.newPage();
  await other.goto('/inbox');
  await other.getByRole('button', { name: /Account: / }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/\/login/);
  await expect(agent).toHaveURL(/\/login/);

  await agent.goto('/inbox?view=team');
  await expect(agent).toHaveURL(/\/login\?next=/);
  await agent.getByLabel('Email').fill(assignee.email);
  await agent.getByLabel('Password', { exact: true }).fill(assignee.password);
  await agent.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(agent).toHaveURL(/\/inbox\?view=team$/);
});
