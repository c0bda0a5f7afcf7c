import { expect, test } from '@playwright/test';
import { assignedTicket, createTicket, demoAccounts, headersOf, screenshot, settled, signIn } from './stack';

/** For looking at a page while a journey is written: SHOTS names a folder. */
const PRINTER = {
  subject: 'Printer stops after every page',
  description: 'It says that the tray is empty.',
  category: 'IT Support',
  department: 'IT Department',
  priority: 'High',
};

test('an administrator adds a late holiday and is shown which due times it would move before it does', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const name = `Office ${Date.now()}`;
  const made = await request.post('/api/workflow/calendars/', {
    headers,
    data: {
      name,
      time_zone: 'Asia/Manila',
      hours: {
        '0': [
          ['08:00', '12:00'],
          ['13:00', '17:00'],
        ],
      },
    },
  });
  expect(made.status(), await made.text()).toBe(201);
  await signIn(page, admin);
  await page.goto('/admin/calendars');
  const panel = page.getByRole('region', { name });
  await expect(panel.getByText('08:00 – 12:00, 13:00 – 17:00')).toBeVisible();
  await panel.getByLabel('Add a holiday').fill('2026-12-24');
  await panel.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(panel.getByText('Thu, 24 December 2026')).toBeVisible();
  await settled(page);
  await screenshot(page, 'calendars');
  await panel.getByRole('button', { name: 'Apply to running SLAs…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Apply holidays to running SLAs' });
  await dialog.getByRole('checkbox', { name: 'Thu, 24 December 2026' }).check();
  // No workflow uses this calendar yet.
  await expect(dialog.getByText('No due time moves.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Apply', exact: true })).toBeDisabled();
  await screenshot(page, 'holidays');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: 'Remove the holiday Thu, 24 December 2026' }).click();
  await expect(panel.getByText('No holidays.')).toBeVisible();
});

test('a misrouted ticket is moved to another workflow after a look at what that comes to', async ({
  page,
  request,
}) => {
  const { ticketNumber } = await assignedTicket(request);
  await signIn(page, demoAccounts().admin);
  await page.goto(`/tickets/${ticketNumber}`);
  await page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Move to another workflow…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Move to another workflow' });
  await dialog.getByRole('combobox', { name: 'Workflow' }).click();
  const target = page.getByRole('option').first();
  const name = await target.textContent();
  await target.click();
  await expect(dialog.getByRole('region', { name: 'Preview' }).getByText('Starts at')).toBeVisible();
  await screenshot(page, 'move');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('It is about something else');
  await dialog.getByRole('button', { name: 'Move ticket' }).click();
  await expect(page.getByText(`${ticketNumber} was moved to ${name}.`)).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: new RegExp(`^${name}`) })).toBeVisible();
});

test('the inbox holds still under the mouse while a ticket arrives, and shows it when asked', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  await assignedTicket(request);
  await signIn(page, admin);
  await page.goto('/inbox?view=all&ordering=-created_at');
  const first = page.getByRole('table').getByRole('row').nth(1);
  await first.hover();
  const numberCell = first.locator('[data-col="number"]');
  const before = (await numberCell.textContent()) ?? '';
  const number = await createTicket(request, headers, PRINTER);
  const showNew = page.getByRole('button', { name: /^\d+ new · show$/ });
  // Administrators are not told of every ticket at once; coming back to the window asks again.
  await expect(async () => {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await expect(showNew).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(numberCell).toHaveText(before);
  await screenshot(page, 'holds-still');
  await showNew.click();
  await expect(page.getByRole('row', { name: new RegExp(number) })).toBeVisible();
});

test('without a network a list says from when it is, and an act is refused at once and never runs later', async ({
  page,
  request,
}) => {
  const { ticketNumber } = await assignedTicket(request);
  await signIn(page, demoAccounts().admin);
  await page.goto('/inbox?view=all');
  await expect(page.getByRole('table')).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText(/^Offline, as of \d/)).toBeVisible();
  await screenshot(page, 'offline');
  await page.context().setOffline(false);
  await expect(page.getByText(/^Offline, as of/)).toHaveCount(0);

  await page.goto(`/tickets/${ticketNumber}`);
  const act = page.getByRole('group', { name: 'Actions' }).getByRole('button').first();
  await expect(act).toBeEnabled();
  // What is said over a page has arrived by now, so that it can be said without a network.
  await page.waitForTimeout(7_000);
  const asked: string[] = [];
  page.on('request', (each) => {
    if (each.method() === 'POST' && each.url().includes('/transitions/')) asked.push(each.url());
  });
  await page.context().setOffline(true);
  await act.click();
  await expect(page.getByText(/Check your (network|internet|connection)/i).first()).toBeVisible();
  await expect(act).toBeEnabled();
  const tried = asked.length;
  await page.context().setOffline(false);
  await expect(page.getByText('Reconnecting', { exact: true })).toHaveCount(0);
  await page.waitForTimeout(2_000);
  expect(asked).toHaveLength(tried);
});

test('late work is one’s own; everyone’s and what is handed off stand behind a switch', async ({ page }) => {
  await signIn(page, demoAccounts().admin);
  await page.goto('/inbox?view=breached');
  const scopes = page.getByRole('navigation', { name: 'Whose tickets' });
  await expect(scopes.getByRole('link', { name: 'Mine' })).toHaveAttribute('aria-current', 'true');
  await settled(page);
  await screenshot(page, 'late');
  await scopes.getByRole('link', { name: 'Everyone' }).click();
  await expect(page).toHaveURL(/view=breached&scope=team$/);
});

test('a file that the server would refuse is refused when it is chosen', async ({ page, request }) => {
  const { ticketNumber } = await assignedTicket(request);
  await signIn(page, demoAccounts().admin);
  await page.goto(`/tickets/${ticketNumber}`);
  const file = (name: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from('x') });
  await page
    .getByTestId('file-input')
    .first()
    .setInputFiles([file('tool.exe'), file('notes.txt')]);
  await expect(page.getByText('tool.exe: files of this type are not accepted.')).toBeVisible();
  // Once it has arrived: until then it is named as on its way.
  await expect(page.getByText(/^notes\.txt · \d+ ?B$/)).toBeVisible();
  await expect(page.getByText(/uploading/)).toHaveCount(0);
  await screenshot(page, 'files');
});
