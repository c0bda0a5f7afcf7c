import { type APIRequestContext, type Browser, expect, type Page, test } from '@playwright/test';
import {
  type Account,
  assignedTicket,
  assigneeOf,
  createTicket,
  deliveriesOf,
  demoAccounts,
  headersOf,
  signIn,
} from './stack';

const WRITE = 'Write an internal note…';

async function openTicket(browser: Browser, account: Account, ticketNumber: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  deliveriesOf(page);
  await signIn(page, account);
  await page.goto(`/tickets/${ticketNumber}`);
  await expect(page.getByRole('textbox', { name: WRITE })).toBeVisible();
  return page;
}

/** A ticket that three people may read: who has it, who coordinates it, and an administrator. */
async function sharedTicket(request: APIRequestContext) {
  const { admin, users } = demoAccounts();
  const headers = await headersOf(request, admin);
  // The turn goes round; people of other journeys may have the coordinator's role too, but their passwords are gone.
  for (let turn = 0; turn < 6; turn += 1) {
    const ticketNumber = await createTicket(request, headers, {
      subject: 'Shared printer prints only half of each page',
      description: 'Both trays, all colours.',
      category: 'IT Support',
      sub_category: 'Access Request',
      department: 'IT Department',
      priority: 'High',
    });
    const { account, taskId } = await assigneeOf(request, headers, ticketNumber);
    const task = await (await request.get(`/api/workflow/tasks/${taskId}/`, { headers })).json();
    const owner = users.find((user) => user.user_id === task.owner?.user_id);
    if (owner && owner.user_id !== account.user_id) {
      return { ticketNumber, assignee: account, owner, admin, headers };
    }
  }
  throw new Error('no ticket is coordinated by somebody with a demonstration account');
}

async function say(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: WRITE }).fill(words);
  await page.keyboard.press('Control+Enter');
}

/** The comments on the screen, in their order, without what stands around the words. */
async function shown(page: Page, mark: string): Promise<string[]> {
  const texts = await page.locator('article').allInnerTexts();
  return texts.flatMap((text) => text.split('\n').filter((line) => line.startsWith(mark)));
}

test('three people talk on one ticket; one loses the network, writes on, and nothing is missed or doubled', async ({
  browser,
  request,
}) => {
  test.setTimeout(120_000);
  const { ticketNumber, assignee, owner, admin, headers } = await sharedTicket(request);
  const [ana, ben, cleo] = await Promise.all(
    [assignee, owner, admin].map((person) => openTicket(browser, person, ticketNumber)),
  );
  if (!ana || !ben || !cleo) throw new Error('three browsers were opened');
  for (const page of [ana, ben, cleo]) await expect(page.getByText(/Also viewing:.*,/)).toBeVisible();
  const mark = `m${Date.now().toString(36)}`;

  for (const [words, speaker, others] of [
    [`${mark} one`, ana, [ben, cleo]],
    [`${mark} two`, ben, [ana, cleo]],
    [`${mark} three`, cleo, [ana, ben]],
  ] as const) {
    await speaker.getByRole('textbox', { name: WRITE }).fill(words);
    const heard = others.map((page) => deliveriesOf(page));
    const askedBefore = heard.map((each) => each.asked);
    await speaker.keyboard.press('Control+Enter');
    for (const page of others)
      await expect(page.getByRole('article').filter({ hasText: words })).toBeVisible();
    // Brought by the socket, words and all; no page had to ask for it.
    for (const each of heard)
      expect(each.frames.filter((frame) => frame.includes(words)).length).toBeGreaterThan(0);
    expect(heard.map((each) => each.asked)).toEqual(askedBefore);
  }

  await ana.context().setOffline(true);
  await expect(ana.getByText('Reconnecting', { exact: true })).toBeVisible();
  await say(ana, `${mark} four`);
  await expect(ana.getByText(/Not sent yet; it is sent automatically/)).toBeVisible();
  await ana.getByRole('textbox', { name: WRITE }).fill('Half a thought');
  await say(ben, `${mark} five`);
  await say(cleo, `${mark} six`);
  await say(ben, `${mark} seven`);
  await expect(cleo.getByText(`${mark} seven`)).toBeVisible();
  expect(await shown(ana, mark), 'nothing reaches a browser without a network').not.toContain(`${mark} five`);
  await expect(ben.getByText(`${mark} four`)).toHaveCount(0);

  await ana.context().setOffline(false);
  for (const page of [ana, ben, cleo]) await expect(page.getByText(`${mark} seven`)).toBeVisible();
  for (const page of [ana, ben, cleo]) await expect(page.getByText(`${mark} four`)).toBeVisible();
  await expect(ana.getByText(/Not sent yet|sending…/)).toHaveCount(0);
  await expect(ana.getByText('Reconnecting', { exact: true })).toHaveCount(0);
  await expect(ana.getByRole('textbox', { name: WRITE })).toHaveValue('Half a thought');

  const stored: string[] = (
    await (
      await request.get('/api/messaging/comments/', { headers, params: { ticket_id: ticketNumber } })
    ).json()
  ).results.map((each: { text: string }) => each.text);
  expect([...stored].sort()).toEqual(
    ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((word) => `${mark} ${word}`).sort(),
  );
  for (const page of [ana, ben, cleo]) expect(await shown(page, mark)).toEqual(stored);

  await ana.reload();
  await expect(ana.getByRole('textbox', { name: WRITE })).toHaveValue('Half a thought');
  await expect(ana.getByText(`${mark} seven`)).toBeVisible();
  expect(await shown(ana, mark)).toEqual(stored);
});

test('what is written without a network survives closing the page, and is said once', async ({
  browser,
  request,
}) => {
  const { ticketNumber, assignee, admin } = await sharedTicket(request);
  const writer = await openTicket(browser, assignee, ticketNumber);
  const reader = await openTicket(browser, admin, ticketNumber);
  const words = `From the train ${Date.now()}`;
  await writer.context().setOffline(true);
  await say(writer, words);
  await expect(writer.getByText(/Not sent yet; it is sent automatically/)).toBeVisible();
  const context = writer.context();
  await writer.close();
  await context.setOffline(false);

  const again = await context.newPage();
  await again.goto(`/tickets/${ticketNumber}`);
  await expect(reader.getByText(words)).toBeVisible();
  await expect(again.getByText(/Not sent yet|sending…/)).toHaveCount(0);
  await expect(again.getByText(words)).toHaveCount(1);
  await again.reload();
  await expect(again.getByText(words)).toHaveCount(1);
});

test('a mention reaches the bell at once, and every tab counts the same', async ({ browser, request }) => {
  const { ticketNumber, assignee, admin } = await sharedTicket(request);
  const context = await browser.newContext();
  const first = await context.newPage();
  await signIn(first, assignee);
  await first.goto('/inbox');
  const second = await context.newPage();
  await second.goto('/archive');
  const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ });
  const count = async (page: Page) =>
    Number(/(\d+) unread/.exec((await bell(page).getAttribute('aria-label')) ?? '')?.[1] ?? 0);
  await expect(bell(second)).toBeVisible();
  await expect
    .poll(async () => (await count(first)) > 0 && (await count(first)) === (await count(second)))
    .toBe(true);
  const before = await count(first);

  const writer = await openTicket(browser, admin, ticketNumber);
  const name: string = (
    await (
      await request.get('/api/auth/api/v1/users/me/', { headers: await headersOf(request, assignee) })
    ).json()
  ).full_name;
  const box = writer.getByRole('textbox', { name: WRITE });
  await box.pressSequentially(`Could you look at this, @${name.split(' ')[1]?.slice(0, 4)}`);
  await writer.getByRole('option', { name }).waitFor();
  await box.press('Enter');
  await expect(box).toHaveValue(`Could you look at this, @${name} `);
  await box.press('Control+Enter');
  await expect(writer.getByRole('log').getByText(`@${name}`)).toBeVisible();

  // Other notices may come meanwhile: the number grows, and is one in both tabs.
  await expect
    .poll(async () => (await count(first)) > before && (await count(first)) === (await count(second)))
    .toBe(true);
  const told = await count(first);
  await bell(first).click();
  const notice = first
    .getByRole('dialog', { name: 'Notifications' })
    .getByRole('button', { name: new RegExp(`mentioned you on ${ticketNumber}`) });
  await notice.click();
  await expect(first).toHaveURL(new RegExp(`/tickets/${ticketNumber}$`));
  await expect(first.getByRole('log').getByText(`@${name}`)).toBeVisible();
  await expect(first.getByText('New', { exact: true })).toBeVisible();
  await expect
    .poll(async () => (await count(first)) < told && (await count(first)) === (await count(second)))
    .toBe(true);

  // What was on the screen counts as read.
  await expect
    .poll(async () => {
      const answer = await request.get(`/api/messaging/tickets/${ticketNumber}/read-state/`, {
        headers: await headersOf(request, assignee),
      });
      return (await answer.json()).unread_comments;
    })
    .toBe(0);
});

test('two people act at once: one wins, the other is told and sees what is now', async ({
  browser,
  request,
}) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  const agent = await openTicket(browser, assignee, ticketNumber);
  const late = await (await browser.newContext()).newPage();
  // This browser hears nothing of what the other does, as if both pressed in the same moment.
  await late.routeWebSocket(/\/ws\//, () => {});
  await signIn(late, demoAccounts().admin);
  await late.goto(`/tickets/${ticketNumber}`);
  const action = (page: Page) => page.getByRole('group', { name: 'Actions' }).getByRole('button').first();
  await expect(action(agent)).toBeEnabled();
  await expect(action(late)).toBeEnabled();
  const step = (page: Page) => page.locator('li[aria-current="step"]');
  const before = (await step(agent).textContent()) ?? '';
  await action(agent).click();
  await expect(step(agent)).not.toHaveText(before);

  await action(late).click();
  await expect(late.getByText(/The current state is shown below/)).toBeVisible();
  await expect(step(late)).not.toHaveText(before);
});
