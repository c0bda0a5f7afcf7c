import { expect, test } from '@playwright/test';
import { createTicket, demoAccounts, headersOf, picture, settled, signIn, type TaskRow } from './stack';

/** More tickets than a page holds, selected and changed together. */

const TICKETS = 28;

test('an admin selects all tickets that match, on two pages, and gives them one priority', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const mark = `Selection ${Date.now().toString(36)}`;
  const numbers: string[] = [];
  for (let each = 0; each < TICKETS; each += 1)
    numbers.push(
      await createTicket(request, headers, {
        subject: `${mark} ${each}`,
        description: 'The same fault on every device.',
        category: 'IT Support',
        department: 'IT Department',
        priority: 'High',
      }),
    );
  const params = { view: 'all', search: mark, page_size: '100' };
  const listed = async (): Promise<(TaskRow & { ticket_number: string; priority: string })[]> => {
    const answer = await request.get('/api/workflow/tasks/', { headers, params });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()).results;
  };
  await expect.poll(async () => (await listed()).length, { message: 'every ticket is a task' }).toBe(TICKETS);

  await signIn(page, admin);
  await page.goto(`/inbox?view=all&search=${encodeURIComponent(mark)}`);
  const rows = page.getByRole('checkbox', { name: /^Select TX/ });
  await expect(rows).toHaveCount(25);
  await settled(page);
  const bar = page.getByRole('toolbar', { name: 'Bulk actions' });

  // On a telephone the page is selected by a line over the cards.
  const usual = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByText('Select all on this page').click();
  await expect(bar.getByRole('status')).toHaveText('25 selected');
  await bar.getByRole('button', { name: 'Clear selection' }).click();
  await expect(bar).toHaveCount(0);
  await page.setViewportSize(usual);

  await page.evaluate(() => {
    document.addEventListener(
      'pointerdown',
      () => {
        document.body.dataset.clicks = String(Number(document.body.dataset.clicks ?? 0) + 1);
      },
      true,
    );
  });

  await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
  await expect(bar.getByRole('status')).toHaveText('25 selected');
  await picture(page, 'selection-page');
  await bar.getByRole('button', { name: `Select all ${TICKETS} that match` }).click();
  await expect(bar.getByRole('status')).toHaveText(`${TICKETS} selected`);
  await expect(bar.getByRole('button', { name: /that match/ })).toHaveCount(0);
  await picture(page, 'selection-all');

  await bar.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Priority…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change priority' });
  await dialog.getByRole('combobox', { name: 'Priority' }).selectOption('low');
  await expect(dialog.getByText(`${TICKETS} selected`)).toBeVisible();
  await picture(page, 'selection-priority');

  // Meanwhile somebody cancels one of the page: it is refused, and the others of both pages go on.
  const last = (await listed()).find((row) => row.ticket_number === numbers[0]) as TaskRow;
  const cancelled = await request.post(`/api/workflow/tasks/${last.id}/cancel/`, {
    headers,
    data: { reason: 'Repaired already.', expected_version: last.version },
  });
  expect(cancelled.status(), await cancelled.text()).toBe(200);

  await dialog.getByRole('button', { name: 'Apply' }).click();

  const results = page.getByRole('dialog', { name: 'Results' });
  await expect(results.getByText(`${TICKETS - 1} of ${TICKETS} updated.`)).toBeVisible();
  await expect(results.getByRole('listitem')).toHaveCount(TICKETS);
  for (const number of numbers) await expect(results.getByRole('link', { name: number })).toBeVisible();
  await expect(results.getByRole('listitem').filter({ hasText: 'Done' })).toHaveCount(TICKETS - 1);
  await expect(results.getByRole('listitem').filter({ hasText: numbers[0] })).not.toContainText('Done');
  await picture(page, 'selection-results');
  // The page, all that match, More actions, Priority and Apply; the priority itself is chosen in its field.
  expect(await page.evaluate(() => document.body.dataset.clicks)).toBe('5');

  await results.getByRole('button', { name: 'Close' }).click();
  await expect(bar).toHaveCount(0);
  const open = (await listed()).filter((row) => row.ticket_number !== numbers[0]);
  expect(open).toHaveLength(TICKETS - 1);
  expect(new Set(open.map((row) => row.priority))).toEqual(new Set(['low']));
});

test('an admin performs a transition on several tickets and tells their requesters in the same act', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const mark = `Together ${Date.now().toString(36)}`;
  for (let each = 0; each < 3; each += 1)
    await createTicket(request, headers, {
      subject: `${mark} ${each}`,
      description: 'The same fault on every device.',
      category: 'IT Support',
      department: 'IT Department',
      priority: 'High',
    });
  const steps = async (): Promise<string[]> => {
    const answer = await request.get('/api/workflow/tasks/', {
      headers,
      params: { view: 'all', search: mark },
    });
    const rows: { current_step: { name: string } | null; assignee: object | null }[] = (await answer.json())
      .results;
    return rows.filter((row) => row.assignee).map((row) => row.current_step?.name ?? 'none');
  };
  await expect.poll(async () => (await steps()).length, { message: 'each is assigned' }).toBe(3);
  const before = (await steps())[0];

  await signIn(page, admin);
  await page.goto(`/inbox?view=all&search=${encodeURIComponent(mark)}`);
  await expect(page.getByRole('checkbox', { name: /^Select TX/ })).toHaveCount(3);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
  await page
    .getByRole('toolbar', { name: 'Bulk actions' })
    .getByRole('button', { name: 'More actions' })
    .click();
  await page.getByRole('menuitem', { name: 'Transition…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Perform a transition' });
  await expect(dialog.getByRole('combobox', { name: 'Transition' })).toContainText('(3 of 3)');
  await dialog.getByRole('button', { name: 'Public reply' }).click();
  await dialog.getByRole('textbox', { name: 'Comment' }).fill('The supplier has sent a new part.');
  await picture(page, 'bulk-transition');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('3 tickets updated.')).toBeVisible();
  expect(await steps()).not.toContain(before);

  await page
    .getByRole('link', { name: new RegExp(`${mark} 0`) })
    .first()
    .click();
  await expect(
    page.getByRole('article').filter({ hasText: 'The supplier has sent a new part.' }),
  ).toHaveCount(1);
});

test('the archive shows when tickets were closed, and keeps those of the days that are asked for', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const mark = `Archive ${Date.now().toString(36)}`;
  const number = await createTicket(request, headers, {
    subject: mark,
    description: 'Sent twice by mistake.',
    category: 'IT Support',
    department: 'IT Department',
    priority: 'Low',
  });
  const found = async (): Promise<TaskRow | undefined> =>
    (await (await request.get('/api/workflow/tasks/', { headers, params: { ticket_number: number } })).json())
      .results[0];
  await expect.poll(found).toBeTruthy();
  const task = (await found()) as TaskRow;
  const cancelled = await request.post(`/api/workflow/tasks/${task.id}/cancel/`, {
    headers,
    data: { reason: 'A duplicate.', expected_version: task.version },
  });
  expect(cancelled.status(), await cancelled.text()).toBe(200);

  await signIn(page, admin);
  await page.goto('/archive');
  await expect(page.getByRole('columnheader', { name: 'Closed', exact: true })).toBeVisible();
  await picture(page, 'archive');
  await page.goto(`/archive?search=${encodeURIComponent(mark)}`);
  const row = page.getByRole('row').filter({ hasText: number });
  await expect(row.getByRole('time')).toHaveCount(1);
  const day = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('Closed from').fill(day(-1));
  await page.getByLabel('Closed until').fill(day(1));
  await expect(page).toHaveURL(/closed_after=.*closed_before=/);
  await expect(row).toBeVisible();
  await picture(page, 'archive-days');
  await page.getByLabel('Closed until').fill(day(-1));
  await expect(page.getByText(number)).toHaveCount(0);
  await picture(page, 'archive-none');
  await page.getByRole('button', { name: 'Clear filters' }).last().click();
  await expect(page.getByLabel('Closed from')).toHaveValue('');
  await expect(page.getByLabel('Closed until')).toHaveValue('');
});
