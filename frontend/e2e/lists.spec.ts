import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import {
  type Account,
  assigneeOf,
  createTicket,
  demoAccounts,
  type Headers,
  headersOf,
  picture,
  settled,
  signIn,
  taskOf,
} from './stack';

/** Lists that are filtered and exported, and the board on which tickets are moved. */

test('an admin filters a list by category and requester, shares it by its address, and exports it', async ({
  page,
  request,
}) => {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const mark = `Export ${Date.now().toString(36)}`;
  const numbers: string[] = [];
  for (const [index, category] of ['IT Support', 'Software Installation', 'IT Support'].entries())
    numbers.push(
      await createTicket(request, headers, {
        subject: `${mark} ${index}`,
        description: 'A list of several.',
        category,
        department: 'IT Department',
        priority: 'Low',
      }),
    );
  const params = { view: 'all', search: mark };
  await expect
    .poll(async () => (await (await request.get('/api/workflow/tasks/', { headers, params })).json()).count, {
      message: 'every ticket is a task',
    })
    .toBe(3);

  await signIn(page, admin);
  await page.goto(`/inbox?view=all&search=${encodeURIComponent(mark)}`);
  const subjects = page.locator('a[data-subject]');
  await expect(subjects).toHaveCount(3);
  await page.getByRole('button', { name: 'Category' }).click();
  const choices = page.getByRole('dialog', { name: 'Category' });
  await choices.getByRole('searchbox').fill('it supp');
  await choices.getByRole('checkbox', { name: 'IT Support', exact: true }).click();
  await expect(page).toHaveURL(/category=IT\+Support/);
  await page.keyboard.press('Escape');
  await expect(subjects).toHaveCount(2);
  await page.getByRole('button', { name: 'Requester' }).click();
  const people = page.getByRole('dialog', { name: 'Requester' });
  await people.getByRole('searchbox').fill(admin.email);
  await people.getByRole('checkbox').first().click();
  await expect(page).toHaveURL(/requester=/);
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(subjects).toHaveCount(2);
  await settled(page);
  await picture(page, 'lists-filtered');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^tickets-\d{4}-\d\d-\d\d\.csv$/);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text.charCodeAt(0), 'Excel takes it for UTF-8').toBe(0xfeff);
  const [header, ...rows] = text.slice(1).trim().split('\r\n');
  expect(header).toBe('priority,ticket_number,subject,step,status,assignee,sla,due_at,remaining_seconds');
  expect(rows.map((row) => row.split(',')[1]).sort()).toEqual([numbers[0], numbers[2]].sort());

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/inbox\?view=all$/);
});

async function openBoard(page: Page, account: Account, number: string) {
  await signIn(page, account);
  await page.goto(`/board?view=mine&search=${number}`);
  await settled(page);
  return page.locator('[data-card]').filter({ hasText: number });
}

test('an agent moves tickets on the board: by keys, and by dragging', async ({ page, request }) => {
  const headers = await headersOf(request, demoAccounts().admin);
  const make = () =>
    createTicket(request, headers, {
      subject: `Board ${Date.now().toString(36)}`,
      description: 'It goes on along its workflow.',
      category: 'IT Support',
      department: 'IT Department',
      priority: 'High',
    });
  const moved = async (taskId: number, before: number) =>
    expect
      .poll(async () => (await taskOf(request, headers, taskId)).version, { message: 'the ticket was moved' })
      .toBeGreaterThan(before);

  const first = await make();
  const { account, taskId } = await assigneeOf(request, headers, first);
  const card = await openBoard(page, account, first);
  await expect(card).toHaveCount(1);
  const before = await taskOf(request, headers, taskId);
  await card.getByRole('link').focus();
  await page.keyboard.press('m');
  const menu = page.getByRole('menu', { name: `Move ${first}` });
  await expect(menu.getByRole('menuitem').first()).toBeEnabled();
  await picture(page, 'board-menu');
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await page.keyboard.press('m');
  await menu.getByRole('menuitem').first().press('Enter');
  await comment(page);
  await moved(taskId, before.version);

  // The next one by mouse: to the column that its way leads to, or to the place beside the columns.
  const second = await make();
  const next = await assigneeOf(request, headers, second);
  await page.context().clearCookies();
  const dragged = await openBoard(page, next.account, second);
  const origin = await taskOf(request, headers, next.taskId);
  const box = await dragged.boundingBox();
  if (!box) throw new Error('the card has no place');
  await page.mouse.move(box.x + 40, box.y + box.height - 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height + 20, { steps: 4 });
  const target = page.locator('[data-drop="legal"]').first();
  await expect(target).toBeVisible();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/board-drag.png` });
  const place = await target.boundingBox();
  if (!place) throw new Error('there is no place to drop it');
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2, { steps: 6 });
  await page.mouse.up();
  await comment(page);
  await moved(next.taskId, origin.version);
  await expect(page.locator('[data-drop]')).toHaveCount(0);
});

/** Some transitions ask for words. */
async function comment(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  const done = page.getByText(/Now: |Still in /).first();
  await expect(dialog.or(done).first()).toBeVisible();
  if (!(await dialog.isVisible())) return;
  await dialog.getByRole('textbox').fill('It can go on.');
  await dialog.getByRole('button').last().click();
  await expect(done).toBeVisible();
}

test('every column of the board says how many tickets it has in all', async ({ page, request }) => {
  const { admin } = demoAccounts();
  const headers: Headers = await headersOf(request, admin);
  await signIn(page, admin);
  await page.goto('/board?view=all');
  await settled(page);
  await picture(page, 'board');
  const answer = await request.get('/api/workflow/tasks/board/?view=all', { headers });
  const { columns } = (await answer.json()) as { columns: { count: number; workflow: { id: number } }[] };
  expect(columns.length).toBeGreaterThan(1);
  await expect(page.locator('[data-column]')).toHaveCount(columns.length);
  const list = await request.get('/api/workflow/tasks/', {
    headers,
    params: { status: 'pending,in_progress,on_hold,handing_off', page_size: '1' },
  });
  const total = columns.reduce((sum, column) => sum + column.count, 0);
  expect(total).toBe((await list.json()).count);
});
