import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import {
  type Assigned,
  assignedTicket,
  assigneeOf,
  demoAccounts,
  type Headers,
  headersOf,
  screenshot,
  settled,
  signIn,
  taskOf,
} from './stack';

/** One stream on a ticket: the request, what was said and what happened, and where one reads in it. */

const stream = (page: Page) => page.getByRole('log', { name: 'Conversation and activity' });
const jump = (page: Page) => page.getByRole('button', { name: 'Jump to newest' });

async function say(request: APIRequestContext, headers: Headers, ticketNumber: string, text: string) {
  const post = () =>
    request.post('/api/messaging/comments/', { headers, data: { ticket_id: ticketNumber, text } });
  // Messaging hears of a new ticket a moment after the workflow knows.
  await expect.poll(async () => (await post()).status(), { timeout: 15_000 }).toBe(201);
}

/** A ticket with much to read: comments of two people, and a hold between them. */
async function busyTicket(
  request: APIRequestContext,
): Promise<Assigned & { taskId: number; own: Headers; admin: Headers }> {
  const ticket = await assignedTicket(request);
  const own = await headersOf(request, ticket.assignee);
  const admin = await headersOf(request, demoAccounts().admin);
  const { taskId } = await assigneeOf(request, admin, ticket.ticketNumber);
  for (let each = 1; each <= 12; each += 1)
    await say(request, own, ticket.ticketNumber, `Measured it again, round ${each}: no change.`);
  for (const [verb, data] of [
    ['hold', { reason: 'The part comes on Monday.' }],
    ['resume', {}],
  ] as const) {
    const { version } = await taskOf(request, own, taskId);
    const answer = await request.post(`/api/workflow/tasks/${taskId}/${verb}/`, {
      headers: own,
      data: { ...data, expected_version: version },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }
  return { ...ticket, taskId, own, admin };
}

test('a ticket opens with at most five requests, none twice', async ({ page, request }) => {
  const { ticketNumber, assignee, taskId, own, admin } = await busyTicket(request);
  await say(request, admin, ticketNumber, 'What did the supplier say?');
  await signIn(page, assignee);
  // What was heard of it before is told to nobody again.
  await request.post('/api/notification/api/v2/notifications/inapp/read-all/', { headers: own });
  await page.goto(`/inbox?search=${ticketNumber}`);
  const row = page.getByRole('row', { name: ticketNumber }).getByRole('link');
  await expect(row).toBeVisible();
  await settled(page);

  const asked: string[] = [];
  page.on('request', (each) => {
    const { pathname } = new URL(each.url());
    // The bell and the lists of the frame around every page have clocks of their own.
    if (pathname.startsWith('/api/') && !/\/(unread-count|workflow\/tasks)\/$/.test(pathname))
      asked.push(`${each.method()} ${pathname}`);
  });
  await row.click();
  await expect(stream(page).getByText('What did the supplier say?')).toBeVisible();
  await expect(page.getByText('Also viewing', { exact: false })).toHaveCount(0);
  // Long enough for what a replay over the socket, and a read mark, could ask for.
  await page.waitForTimeout(3_000);
  expect(asked.sort()).toEqual(
    [
      'GET /api/messaging/comments/',
      `GET /api/messaging/tickets/${ticketNumber}/read-state/`,
      `GET /api/workflow/tasks/${taskId}/`,
      `GET /api/workflow/tasks/${taskId}/timeline/`,
      `GET /api/workflow/tickets/${ticketNumber}/`,
    ].sort(),
  );
  const read = async () =>
    (await request.get(`/api/messaging/tickets/${ticketNumber}/read-state/`, { headers: own })).json();
  expect((await read()).unread_comments, 'the mark went over the socket').toBe(0);
});

test('it opens at what is unread, and one click leads to the newest', async ({ page, request }) => {
  const { ticketNumber, admin } = await busyTicket(request);
  // The administrator has read this far.
  const { results } = await (
    await request.get('/api/messaging/comments/', { headers: admin, params: { ticket_id: ticketNumber } })
  ).json();
  await request.put(`/api/messaging/tickets/${ticketNumber}/read-state/`, {
    headers: admin,
    data: { seq: results.at(-3).seq },
  });
  await signIn(page, demoAccounts().admin);
  await page.goto(`/tickets/${ticketNumber}`);
  const mark = page.getByRole('separator', { name: 'New' });
  await expect(mark).toBeInViewport();
  await settled(page);
  await screenshot(page, 'stream-unread');
  const asking = page.getByRole('article', { name: 'Request' });
  await expect(asking).not.toBeInViewport();

  // Up to the request, and back down by a click and by a key.
  await asking.scrollIntoViewIfNeeded();
  const newest = stream(page).getByText('resumed it');
  await expect(newest).not.toBeInViewport();
  await screenshot(page, 'stream-top');
  await jump(page).click();
  await expect(newest).toBeInViewport();
  await expect(jump(page)).toHaveCount(0);
  await asking.scrollIntoViewIfNeeded();
  await expect(jump(page)).toBeVisible();
  await page.keyboard.press('l');
  await expect(newest).toBeInViewport();

  // Who reads at the end sees what comes; who reads further up stays there.
  await say(request, admin, ticketNumber, 'The part is here.');
  await expect(stream(page).getByText('The part is here.')).toBeInViewport();
  await asking.scrollIntoViewIfNeeded();
  await expect(jump(page)).toBeVisible();
  await say(request, admin, ticketNumber, 'It is built in.');
  await expect(stream(page).getByText('It is built in.')).toBeVisible();
  await expect(asking).toBeInViewport();
});

const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('a picture is looked at by one click, and saved from there', async ({ page, request }) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  await signIn(page, assignee);
  await page.goto(`/tickets/${ticketNumber}`);
  await page.getByTestId('file-input').setInputFiles({
    name: 'error.png',
    mimeType: 'image/png',
    buffer: Buffer.from(PICTURE, 'base64'),
  });
  await expect(page.getByRole('button', { name: 'Remove error.png' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Write an internal note…' }).fill('It shows this.');
  await page.keyboard.press('Control+Enter');
  await stream(page)
    .getByRole('button', { name: /error\.png/ })
    .click();
  const dialog = page.getByRole('dialog', { name: 'error.png' });
  const picture = dialog.getByRole('img', { name: 'error.png' });
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { message: 'it is drawn' })
    .toBe(1);
  await screenshot(page, 'picture');
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('error.png');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});
