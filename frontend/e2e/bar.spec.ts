import { expect, type Page, test } from '@playwright/test';
import {
  type Assigned,
  assignedTicket,
  assigneeOf,
  createTicket,
  demoAccounts,
  headersOf,
  screenshot,
  settled,
  signIn,
  taskOf,
} from './stack';

/** Reply, act and go on to the next ticket, as somebody does all day. */

const note = (page: Page) => page.getByRole('textbox', { name: 'Write an internal note…' });
const TEXT_FILE = { name: 'cause.txt', mimeType: 'text/plain', buffer: Buffer.from('A cold joint.') };

async function openAs(page: Page, ticket: Assigned): Promise<void> {
  await signIn(page, ticket.assignee);
  await page.goto(`/tickets/${ticket.ticketNumber}`);
  await expect(note(page)).toBeVisible();
}

test('a reply with a file and a hold are one call and one change', async ({ page, request }) => {
  const ticket = await assignedTicket(request);
  await openAs(page, ticket);
  const headers = await headersOf(request, ticket.assignee);
  const { taskId } = await assigneeOf(request, headers, ticket.ticketNumber);
  const { version } = await taskOf(request, headers, taskId);
  const writes: string[] = [];
  page.on('request', (sent) => {
    if (sent.method() === 'POST' && /\/(hold|comments|transitions)\//.test(sent.url()))
      writes.push(sent.url());
  });

  await page.getByRole('button', { name: 'Public reply' }).click();
  const box = page.locator('#ticket-composer');
  await box.fill('We wait for the part.');
  const removals = 'button[aria-label="Remove cause.txt"]';
  await page.evaluate((buttons) => {
    const { body } = document;
    body.dataset.mostRemovals = '0';
    new MutationObserver(() => {
      const shown = document.querySelectorAll(buttons).length;
      body.dataset.mostRemovals = String(Math.max(shown, Number(body.dataset.mostRemovals)));
    }).observe(body, { childList: true, subtree: true });
  }, removals);
  await page.locator('input[type="file"]').setInputFiles(TEXT_FILE);
  await expect(page.getByText(/^cause\.txt · [\d.]+ ?B$/)).toBeVisible();
  await expect(page.locator('body'), 'shown once all the time').toHaveAttribute('data-most-removals', '1');
  await screenshot(page, 'composer');
  // Two clicks from here.
  await page.getByRole('button', { name: 'Send reply and …' }).click();
  await settled(page);
  await screenshot(page, 'send-and');
  await page.getByRole('menuitem', { name: 'Send reply and “Put on hold”' }).click();

  await expect(page.getByText('On hold', { exact: true })).toBeVisible();
  const said = page.getByRole('article').filter({ hasText: 'We wait for the part.' });
  await expect(said.getByRole('button', { name: /cause\.txt/ })).toBeVisible();
  await expect(said).toHaveCount(1);
  await expect(box).toHaveValue('');
  expect(writes.map((url) => new URL(url).pathname)).toEqual([`/api/workflow/tasks/${taskId}/hold/`]);
  expect((await taskOf(request, headers, taskId)).version).toBe(version + 1);
});

test('words stay where somebody was faster, and nothing is sent', async ({ page, request }) => {
  const ticket = await assignedTicket(request);
  await openAs(page, ticket);
  const headers = await headersOf(request, demoAccounts().admin);
  const { taskId } = await assigneeOf(request, headers, ticket.ticketNumber);
  await page.route('**/api/workflow/tasks/*/', (route) => route.abort());
  await note(page).fill('Done, see the log.');
  const { version } = await taskOf(request, headers, taskId);
  const raced = await request.post(`/api/workflow/tasks/${taskId}/priority/`, {
    headers,
    data: { priority: 'low', reason: 'It can wait.', expected_version: version },
  });
  expect(raced.status(), await raced.text()).toBe(200);
  await page.getByRole('button', { name: 'Add note and …' }).click();
  await page.getByRole('menuitem', { name: 'Add note and “Put on hold”' }).click();
  await expect(page.getByText(/Nothing was sent\. Your text is kept\./)).toBeVisible();
  await expect(note(page)).toHaveValue('Done, see the log.');
  await expect(page.getByRole('article').filter({ hasText: 'see the log' })).toHaveCount(0);
});

test('a file that the server refuses keeps the words from leaving', async ({ page, request }) => {
  await openAs(page, await assignedTicket(request));
  await note(page).fill('The picture shows it.');
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(page.getByText(/broken\.png · .*not a whole PNG picture/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add note', exact: true })).toBeDisabled();
  await note(page).press('Control+Enter');
  await page.getByRole('button', { name: 'Remove broken.png' }).click();
  await page.locator('input[type="file"]').setInputFiles(TEXT_FILE);
  await expect(page.getByText(/^cause\.txt · \d+ ?B$/)).toBeVisible();
  // The whole draft outlives a reload.
  await page.reload();
  await expect(note(page)).toHaveValue('The picture shows it.');
  await expect(page.getByRole('button', { name: 'Remove cause.txt' })).toBeVisible();
  await note(page).press('Control+Enter');
  const said = page.getByRole('article').filter({ hasText: 'The picture shows it.' });
  await expect(said.getByRole('button', { name: /cause\.txt/ })).toBeVisible();
  await expect(page.getByText('sending…')).toHaveCount(0);
});

test('an agent works through a list by keyboard: next, act, next, and back to the row', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const mark = `Walk ${Date.now()}`;
  const numbers: string[] = [];
  for (const priority of ['Urgent', 'High', 'Low']) {
    const number = await createTicket(request, headers, {
      subject: `${mark} ${priority}`,
      description: 'One after the other.',
      category: 'IT Support',
      department: 'IT Department',
      priority,
    });
    await assigneeOf(request, headers, number);
    numbers.push(number);
  }
  await signIn(page, admin);
  await page.goto(`/inbox?view=all&search=${encodeURIComponent(mark)}`);
  await expect(page.getByRole('row', { name: numbers[2] })).toBeVisible();
  // Selecting: one, up to here, all of them.
  const selected = page.getByRole('row').getByRole('checkbox', { checked: true });
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(selected).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(page.getByRole('checkbox', { name: /TX/, checked: true })).toHaveCount(3);
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.locator('a[data-subject]').first().focus();
  await page.keyboard.press('Control+a');
  await expect(page.getByRole('checkbox', { name: /TX/, checked: true })).toHaveCount(3);
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await page.locator('a[data-subject]').first().focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(numbers[0] as string));
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible();
  await expect(note(page)).toBeVisible();
  await settled(page);
  await screenshot(page, 'walk');

  // Priority in two presses of keys.
  await page.keyboard.press('p');
  await page.getByRole('menuitem', { name: 'High' }).click();
  await expect(page.getByRole('main').getByText('High', { exact: true }).first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page).toHaveURL(new RegExp(numbers[1] as string));
  await expect(page.getByText('2 of 3', { exact: true })).toBeVisible();
  await page.keyboard.press('k');
  await expect(page).toHaveURL(new RegExp(numbers[0] as string));
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible();
  await expect(note(page)).toBeVisible();

  // On hold with a reason: the next ticket comes by itself.
  await page.keyboard.press('h');
  await page
    .getByRole('dialog')
    .getByLabel(/Reason/)
    .fill('The part is missing');
  await page.getByRole('dialog').getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(numbers[1] as string));
  await expect(page.getByRole('link', { name: new RegExp(`${numbers[0]}: Hold`) })).toBeVisible();
  await expect(page.getByText('2 of 3', { exact: true })).toBeVisible();

  // `r` and `n` start what is written; Escape leaves it.
  await expect(note(page)).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: 'Public reply' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('#ticket-composer')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(page.getByRole('button', { name: 'Internal note', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await settled(page);
  for (const words of ['Next ticket', 'Change priority…', 'Reply to the requester'])
    await expect(page.getByRole('dialog').getByText(words)).toBeVisible();
  await screenshot(page, 'keys');
  await page.keyboard.press('Escape');

  await page.keyboard.press('u');
  await expect(page).toHaveURL(new RegExp(`search=${encodeURIComponent(mark).replace(/%20/g, '(%20|\\+)')}`));
  await expect(page.locator(`a[data-subject][href="/tickets/${numbers[1]}"]`)).toBeFocused();
});
