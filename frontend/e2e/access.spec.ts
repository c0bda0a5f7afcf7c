import { type Browser, expect, type Page, test, type WebSocket } from '@playwright/test';
import {
  type Account,
  assigneeOf,
  createTicket,
  demoAccounts,
  headersOf,
  newPerson,
  signIn,
  taskOf,
} from './stack';

async function freshPage(browser: Browser, account: Account): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, account);
  return page;
}

/** What a page asks for, or is sent over its sockets, from now on. */
function listenTo(page: Page, sockets: WebSocket[], about: RegExp): string[] {
  const heard: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (about.test(pathname)) heard.push(`${request.method()} ${pathname}`);
  });
  for (const socket of sockets) {
    socket.on('framereceived', ({ payload }) => heard.push(`frame ${payload}`));
  }
  return heard;
}

test('who loses the role while its ticket is open is told at once, and the ticket leaves page and list', async ({
  browser,
  request,
}) => {
  test.setTimeout(120_000);
  const headers = await headersOf(request, demoAccounts().admin);
  const subject = `Window in the archive does not shut (${Date.now()})`;
  const ticketNumber = await createTicket(request, headers, {
    subject,
    description: 'It rains in.',
    category: 'IT Support',
    department: 'IT Department',
    priority: 'Medium',
  });
  const { account: assignee, taskId } = await assigneeOf(request, headers, ticketNumber);
  const role = (await taskOf(request, headers, taskId)).current_step?.role ?? '';
  const member = await newPerson(request, { first: 'Paula', last: 'Reyes' }, ['Agent', role]);
  await expect
    .poll(
      async () =>
        (
          await request.get(`/api/workflow/tickets/${ticketNumber}/`, {
            headers: await headersOf(request, member),
          })
        ).status(),
      { message: 'the workflow service knows the new member' },
    )
    .toBe(200);
  // What happens next on the ticket tells the conversation who is in the team now.
  const talker = await freshPage(browser, assignee);
  await talker.goto(`/tickets/${ticketNumber}`);
  await talker.getByRole('button', { name: 'More' }).click();
  await talker.getByRole('menuitem', { name: 'Put on hold' }).click();
  await talker
    .getByRole('dialog')
    .getByLabel(/Reason/)
    .fill('The glazier comes first');
  await talker.getByRole('dialog').getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(talker.getByText('On hold', { exact: true })).toBeVisible();
  await talker.getByRole('textbox', { name: 'Write an internal note…' }).fill('The frame is bent.');
  await talker.keyboard.press('Control+Enter');

  const theirs = await freshPage(browser, member);
  const sockets: WebSocket[] = [];
  theirs.on('websocket', (socket) => {
    if (socket.url().includes(ticketNumber)) sockets.push(socket);
  });
  await theirs.goto(`/tickets/${ticketNumber}`);
  await expect(theirs.getByText('The frame is bent.')).toBeVisible();
  await expect(theirs.getByText(/Also viewing:/)).toBeVisible();
  const list = await theirs.context().newPage();
  await list.goto(`/inbox?view=team&search=${ticketNumber}`);
  await expect(list.getByText(subject)).toBeVisible();

  const admin = await freshPage(browser, demoAccounts().admin);
  await admin.goto(`/admin/agents/${member.user_id}`);
  await admin.getByRole('button', { name: `Remove role ${role}` }).click();
  const began = Date.now();
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove role', exact: true }).click();
  await expect(theirs.getByText(`You no longer have access to ${ticketNumber}`)).toBeVisible();
  const took = Date.now() - began;
  await expect(list.getByText(subject)).toHaveCount(0);
  test.info().annotations.push({ type: 'told after', description: `${took} ms` });

  // Nothing more is asked for or sent, although the others go on talking.
  const heard = listenTo(theirs, sockets, new RegExp(`${ticketNumber}|/comments/|/tasks/${taskId}/`));
  await talker.getByRole('textbox', { name: 'Write an internal note…' }).fill('Between us now.');
  await talker.keyboard.press('Control+Enter');
  await expect(talker.getByText('Between us now.')).toBeVisible();
  await theirs.waitForTimeout(12_000);
  expect(heard).toEqual([]);
  expect(sockets.map((socket) => socket.isClosed())).not.toContain(false);
  expect(await theirs.locator('body').textContent()).not.toMatch(
    /frame is bent|Between us now|archive does not shut/,
  );
  expect(took, 'milliseconds until the page said so').toBeLessThan(10_000);
});
