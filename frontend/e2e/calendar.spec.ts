import { type APIResponse, expect, test } from '@playwright/test';
import { assignedTicket, picture, settled, signIn } from './stack';

/** A person subscribes to their deadlines from another calendar, and ends it. */

/** The events of an iCalendar document, as properties by name; parameters are left out. */
function eventsOf(document: string): Record<string, string>[] {
  const lines = document.replace(/\r\n[ \t]/g, '').split('\r\n');
  const events: Record<string, string>[] = [];
  let depth = 0;
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z0-9-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? [];
    if (name === 'BEGIN') depth += 1;
    if (name === 'BEGIN' && value === 'VEVENT') events.push({});
    const event = events.at(-1);
    if (event && depth === 2 && name !== 'BEGIN' && name !== 'END') event[name] = value;
    if (name === 'END') depth -= 1;
  }
  expect(depth, 'what begins also ends').toBe(0);
  return events;
}

async function textOf(answer: APIResponse): Promise<string> {
  expect(answer.status(), await answer.text()).toBe(200);
  expect(answer.headers()['content-type']).toBe('text/calendar; charset=utf-8');
  return answer.text();
}

test('a calendar link is created, read without signing in, and revoked', async ({
  page,
  request,
  playwright,
}) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  await signIn(page, assignee);
  await page.goto('/profile?tab=calendar');
  const name = `Phone ${Date.now()}`;
  await page.getByRole('button', { name: 'New link' }).click();
  const dialog = page.getByRole('dialog', { name: 'New link' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Alarm').selectOption('1 hour before the deadline');
  await picture(page, 'calendar-new');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const shown = page.getByRole('dialog', { name: 'Your calendar link' });
  const link = (await shown.locator('code').textContent()) ?? '';
  expect(link).toMatch(/\/calendar\/[0-9a-f]{48}\.ics$/);
  await picture(page, 'calendar-link');
  await shown.getByRole('button', { name: 'Close' }).click();
  const row = page.getByRole('listitem').filter({ hasText: name });
  await expect(row).toContainText('Never used');

  // A calendar program has no session of ours.
  const program = await playwright.request.newContext();
  const path = new URL(link).pathname;
  const address = new URL(path, page.url()).href;
  const answer = await program.get(address);
  const found = eventsOf(await textOf(answer)).filter((event) => event.SUMMARY?.startsWith(ticketNumber));
  expect(found.length).toBeGreaterThan(0);
  for (const event of found) {
    expect(event.DTSTART).toMatch(/^\d{8}T\d{6}Z$/);
    expect(event.URL).toContain(`/tickets/${ticketNumber}`);
  }
  expect(new Set(found.map((event) => event.UID)).size).toBe(found.length);
  const known = await program.get(address, { headers: { 'If-None-Match': answer.headers().etag ?? '' } });
  expect(known.status()).toBe(304);

  await page.reload();
  await expect(row).toContainText('Last used');
  await settled(page);
  await picture(page, 'calendar-list');
  await row.getByRole('button', { name: `Revoke “${name}”` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  // Behind an open dialog no row has a role, so its absence would prove nothing.
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(row).toHaveCount(0);
  expect((await program.get(address)).status()).toBe(404);
  await program.dispose();
});
