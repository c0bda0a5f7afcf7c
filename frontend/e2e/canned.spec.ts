import { expect, test } from '@playwright/test';
import { assignedTicket, headersOf, screenshot, signIn } from './stack';

/** A text is written once and inserted in a ticket. */

test('an agent writes a canned reply, inserts it with a slash, and sends it', async ({ page, request }) => {
  const ticket = await assignedTicket(request);
  const title = `Thanks ${Date.now()}`;
  const word = title.split(' ')[1] as string;
  await signIn(page, ticket.assignee);
  await page.goto('/canned-replies');
  await expect(page.getByRole('heading', { name: 'Canned replies' })).toBeVisible();
  await page.getByRole('link', { name: 'New canned reply' }).first().click();
  await page.getByLabel('Title').fill(title);
  const text = page.getByLabel('Text', { exact: true });
  await text.fill('Thank you for ');
  await page.getByRole('button', { name: '{{ticket.number}}' }).click();
  await text.press('End');
  await text.pressSequentially('.\nStill open: {{nmae}}');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/There is no placeholder \{\{nmae\}\}/)).toBeVisible();
  await text.fill('Thank you for {{ticket.number}}.\nIt is in {{step}} now.\n{{agent.name}}');
  await expect(page.getByRole('group', { name: 'Preview' })).toContainText('Thank you for TX');
  await screenshot(page, 'canned-editor');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await screenshot(page, 'canned-list');

  await page.goto(`/tickets/${ticket.ticketNumber}`);
  const box = page.locator('#ticket-composer');
  await box.click();
  await box.pressSequentially(`Hello,\n/${word}`);
  const option = page.getByRole('option', { name: new RegExp(title) });
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await screenshot(page, 'canned-menu');
  await box.press('Enter');
  const inserted = new RegExp(
    `^Hello,\\nThank you for ${ticket.ticketNumber}\\.\\nIt is in [^{]+ now\\.\\n[^{]+$`,
  );
  await expect(box).toHaveValue(inserted);
  // As if it had been typed: the browser takes it back.
  await expect
    .poll(async () => {
      await box.press('Control+z');
      return box.inputValue();
    })
    .not.toContain('Thank you');
  await box.fill(`/${word}`);
  await expect(option).toBeVisible();
  await box.press('Enter');
  // All that was typed for the menu is gone.
  await expect(box).toHaveValue(
    new RegExp(`^Thank you for ${ticket.ticketNumber}\\.\\n[^{]+ now\\.\\n[^{\\d]+$`),
  );
  await box.press('Control+Enter');
  const said = page.getByRole('article').filter({ hasText: `Thank you for ${ticket.ticketNumber}` });
  await expect(said).toHaveCount(1);
  await expect(page.getByText('sending…')).toHaveCount(0);
  await expect(box).toHaveValue('');

  // A placeholder that stays is asked about.
  await box.fill('Dear {{requester.first_name}}');
  await screenshot(page, 'canned-gap');
  await box.press('Control+Enter');
  const question = page.getByRole('dialog', { name: 'Send with an unfilled placeholder?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toHaveCount(0);
  await expect(box).toHaveValue('Dear {{requester.first_name}}');
  await box.fill('');

  const headers = await headersOf(request, ticket.assignee);
  const found = await request.get('/api/messaging/canned-replies/', { headers, params: { search: word } });
  for (const { id } of (await found.json()).results) {
    const gone = await request.delete(`/api/messaging/canned-replies/${id}/`, { headers });
    expect(gone.status()).toBe(204);
  }
});
