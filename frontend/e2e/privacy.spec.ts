import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { createTicket, demoAccounts, headersOf, newPerson, open, screenshot, settled, signIn } from './stack';

/** An administrator exports what is held about a requester whose account is off, and erases it in every service. */

test('a requester is found, exported and erased, and every service confirms', async ({ page, request }) => {
  test.setTimeout(180_000);
  const mark = Date.now();
  const name = `Mia Berg ${mark}`;
  const { email, user_id } = await newPerson(request, { first: 'Mia', last: 'Berg' }, []);
  const headers = await headersOf(request, demoAccounts().admin);
  const account = `/api/auth/api/v1/users/${user_id}/`;
  expect((await request.post(`${account}deactivate/`, { headers })).status()).toBe(200);
  const ticket = {
    subject: `My screen ${mark} is cracked`,
    description: `Call ${name}.`,
    category: 'IT Support',
    department: 'IT Department',
    priority: 'High',
    employee: { name, email },
  };
  const number = await createTicket(request, headers, ticket);

  await signIn(page, demoAccounts().admin);
  await open(page, '/admin/system?tab=privacy');
  const show = page.getByRole('button', { name: `Show data of ${name}` });
  await expect(async () => {
    await page.getByLabel('Name, address or ID').fill('');
    await page.getByLabel('Name, address or ID').fill(email);
    await expect(show).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await settled(page);
  await screenshot(page, 'privacy');
  await show.click();
  const dialog = page.getByRole('dialog', { name: `Data of ${name}` });
  await expect(dialog).toContainText(`Open tickets keep the data from being erased: ${number}.`);
  await settled(page);
  await screenshot(page, 'privacy-open-ticket');
  await expect(dialog.getByRole('button', { name: 'Erase' })).toBeDisabled();
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export' }).click();
  const file = readFileSync(await (await download).path()).toString('utf-8');
  for (const part of [
    'person.json',
    'auth.json',
    'ticket_service.json',
    'notification_service.json',
    ticket.subject,
  ]) {
    expect(file).toContain(part);
  }
  await dialog.getByRole('button', { name: 'Close' }).click();

  const withdrawn = await request.post(`/api/ticket/tickets/${number}/withdraw/`, {
    headers,
    data: { reason: 'It was another one.' },
  });
  expect(withdrawn.status(), await withdrawn.text()).toBe(200);
  await expect(async () => {
    await show.click();
    const erase = dialog.getByRole('button', { name: 'Erase' });
    await expect(erase).toBeVisible();
    if (await erase.isDisabled()) await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(erase).toBeEnabled({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Erase' }).click();
  const erase = page.getByRole('dialog', { name: `Erase ${name}` });
  await erase.getByLabel('Reason').fill(`Asked for in journey ${mark}.`);
  await expect(erase.getByRole('button', { name: 'Erase' })).toBeDisabled();
  await erase.getByLabel(`Type ${email} to confirm`).fill(email);
  await settled(page);
  await screenshot(page, 'privacy-erase');
  await erase.getByRole('button', { name: 'Erase' }).click();
  await expect(page.getByText('The data is being erased.')).toBeVisible();

  const row = page.getByRole('row', { name: `Asked for in journey ${mark}.` });
  await expect(row).toContainText('Erased; next pass on', { timeout: 60_000 });
  await settled(page);
  await screenshot(page, 'privacy-erased');
  const left = await request.get(`/api/ticket/tickets/${number}/`, { headers });
  expect(await left.text()).not.toContain(String(mark));
  expect(await (await request.get(account, { headers })).json()).toMatchObject({
    full_name: `Former member #${user_id}`,
    is_active: false,
  });
  const verified = await request.get('/api/workflow/audit/verify/', { headers });
  expect(await verified.json()).toMatchObject({ valid: true });
  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  await screenshot(page, 'privacy-360');
});
