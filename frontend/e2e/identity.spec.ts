import { request as httpRequest } from 'node:http';
import { type Browser, expect, type Page, test } from '@playwright/test';
import {
  type Account,
  assigneeOf,
  createTicket,
  demoAccounts,
  headersOf,
  mailTo,
  newPerson,
  signIn,
} from './stack';

const CODE = /\b(\d{6})\b/;

async function freshPage(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function givePassword(page: Page, account: Account): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

function codeIn(text: string): string {
  const found = CODE.exec(text)?.[1];
  if (!found) throw new Error(`no code in: ${text}`);
  return found;
}

test('signing in with a code by mail: a wrong one, a new one, the right one', async ({
  browser,
  request,
}) => {
  test.setTimeout(150_000);
  const person = await newPerson(request, { first: 'Olivia', last: 'Marsh' }, ['Agent']);
  const page = await freshPage(browser);
  await signIn(page, person);
  await page.goto('/profile?tab=security');
  await page.getByRole('button', { name: 'Use email codes' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill(person.password);
  await dialog.getByRole('button', { name: 'Use email codes' }).click();
  await expect(page.getByText('Email codes', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await expect(page).toHaveURL(/\/login/);

  const began = Date.now();
  await givePassword(page, person);
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible();
  const first = codeIn(await mailTo(request, person.email, began, CODE));

  const wrong = first === '000000' ? '111111' : '000000';
  await page.getByLabel('Code').fill(wrong);
  await expect(page.getByText(/Incorrect code/)).toBeVisible();

  const resend = page.getByRole('button', { name: /^Send a new code/ });
  await expect(resend).toBeDisabled();
  await expect(resend).toBeEnabled({ timeout: 45_000 });
  const again = Date.now();
  await resend.click();
  await expect(page.getByText(/The old one no longer works/)).toBeVisible();
  const second = codeIn(await mailTo(request, person.email, again, CODE));

  if (second !== first) {
    await page.getByLabel('Code').fill(first);
    await expect(page.getByText(/Incorrect code/)).toBeVisible();
  }
  await page.getByLabel('Code').fill(second);
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
});

/** Wrong passwords for one account from an address of this machine; each address may try five times. */
async function guess(email: string, from: string, times: number): Promise<void> {
  const { port } = new URL(process.env.BASE_URL ?? 'http://localhost:1000');
  for (let turn = 0; turn < times; turn += 1) {
    const status = await new Promise<number | undefined>((done, fail) => {
      const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'tts' };
      const options = { host: '127.0.0.1', port, path: '/api/auth/login/', method: 'POST', headers };
      const call = httpRequest({ ...options, localAddress: from, agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => done(answer.statusCode));
      });
      call.on('error', fail);
      call.end(JSON.stringify({ email, password: 'some guess or other' }));
    });
    expect(status, `guess ${turn + 1} from ${from}`).toBe(401);
  }
}

test('after ten guesses the browser must work for a sign-in, and wrong work is refused in words', async ({
  browser,
  request,
}) => {
  const person = await newPerson(request, { first: 'Ruth', last: 'Adler' }, ['Agent']);
  await guess(person.email, '127.0.0.2', 5);
  await guess(person.email, '127.0.0.3', 5);

  const page = await freshPage(browser);
  const sent: (string | undefined)[] = [];
  let spoil = false;
  await page.route('**/api/auth/login/', async (route) => {
    const body = route.request().postDataJSON();
    sent.push(body.captcha);
    if (!spoil || !body.captcha) return route.fallback();
    // Work that was not done: the counter is not the one that was looked for.
    const { challenge, solution } = JSON.parse(atob(body.captcha));
    const captcha = btoa(
      JSON.stringify({ challenge, solution: { ...solution, counter: solution.counter + 1 } }),
    );
    return route.fallback({ postData: JSON.stringify({ ...body, captcha }) });
  });
  await givePassword(page, { ...person, password: 'an eleventh guess' });
  await expect(page.getByText('Incorrect email or password.')).toBeVisible();
  expect(sent.map(Boolean), 'asked without and with the work').toEqual([false, true]);

  spoil = true;
  await givePassword(page, person);
  await expect(page.getByText('The security check failed. Try again.')).toBeVisible();
  await expect(page).toHaveURL(/\/login/);

  spoil = false;
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
});

test('a forgotten password is set anew by a mailed link, once', async ({ browser, request }) => {
  test.setTimeout(90_000);
  const person = await newPerson(request, { first: 'Henry', last: 'Vogel' }, ['Agent']);
  const elsewhere = await freshPage(browser);
  await signIn(elsewhere, person);

  const page = await freshPage(browser);
  const began = Date.now();
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(page.getByRole('button', { name: 'Send reset link' })).toBeVisible();
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('button', { name: 'Send reset link' }).click();
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible({ timeout: 30_000 });

  const text = await mailTo(request, person.email, began, /\/reset\//);
  const path = /\/reset\/[\w-]+/.exec(text)?.[0] ?? '';
  await page.goto(path);
  await page.getByLabel('New password', { exact: true }).fill('short');
  await expect(page.getByRole('button', { name: 'Set password' })).toBeDisabled();
  const renewed = { ...person, password: 'seven grey herons over quiet water' };
  await page.getByLabel('New password', { exact: true }).fill(renewed.password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Your password has been reset. Sign in with your new password.')).toBeVisible();
  await expect(elsewhere).toHaveURL(/\/login/);

  await givePassword(page, person);
  await expect(page.getByText('Incorrect email or password.')).toBeVisible();
  await signIn(page, renewed);

  const late = await freshPage(browser);
  await late.goto(path);
  await late.getByLabel('New password', { exact: true }).fill('another long one over water');
  await late.getByRole('button', { name: 'Set password' }).click();
  await expect(late.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
});

test('an administrator invites somebody, who chooses a password and signs in', async ({
  browser,
  request,
}) => {
  test.setTimeout(90_000);
  const admin = await freshPage(browser);
  await signIn(admin, demoAccounts().admin);
  await admin.goto('/admin/agents');
  await admin.getByRole('button', { name: 'Add person' }).click();
  const email = `nadia.rossi.${Date.now()}@example.com`;
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('First name').fill('Nadia');
  await dialog.getByLabel('Last name').fill('Rossi');
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByRole('combobox', { name: 'Roles' }).click();
  await admin.getByRole('option', { name: 'Agent', exact: true }).first().click();
  await admin.keyboard.press('Escape');
  const began = Date.now();
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(admin.getByText('Invitation sent to Nadia Rossi.')).toBeVisible();
  await admin.getByRole('tab', { name: 'Pending invitations' }).click();
  await expect(admin.getByRole('row', { name: new RegExp(email) })).toBeVisible();

  const text = await mailTo(request, email, began, /\/invite\//);
  const page = await freshPage(browser);
  await page.goto(/\/invite\/[\w-]+/.exec(text)?.[0] ?? '');
  await expect(page.getByRole('heading', { name: 'Welcome, Nadia Rossi' })).toBeVisible();
  const password = 'green boats at anchor at noon';
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Activate account' }).click();
  await expect(page.getByText(/Your account is ready/)).toBeVisible();
  await signIn(page, { email, password, user_id: 0 });
});

test('a session ended elsewhere throws that browser out within two seconds', async ({ browser, request }) => {
  const person = await newPerson(request, { first: 'Marta', last: 'Silva' }, ['Agent']);
  const lost = await freshPage(browser);
  const kept = await freshPage(browser);
  await signIn(lost, person);
  await lost.goto('/inbox');
  await expect(lost.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  await signIn(kept, person);
  await kept.goto('/profile?tab=sessions');
  await expect(kept.getByText('This session')).toBeVisible();

  const end = kept.getByRole('button', { name: /^Sign out (?!all)\S/ });
  await expect(end).toHaveCount(1);
  const began = Date.now();
  await end.click();
  await lost.waitForURL(/\/login/, { timeout: 5_000 });
  expect(Date.now() - began, 'milliseconds until the other browser was out').toBeLessThan(2_000);
  await expect(lost.getByText(/ended from another device or by an administrator/)).toBeVisible();
  await expect(kept.getByText('This session')).toBeVisible();
  await expect(end).toHaveCount(0);
});

test('changing the password signs out the other browser and keeps this one', async ({ browser, request }) => {
  const person = await newPerson(request, { first: 'Jonas', last: 'Lind' }, ['Agent']);
  const other = await freshPage(browser);
  const own = await freshPage(browser);
  await signIn(other, person);
  await signIn(own, person);
  await own.goto('/profile?tab=security');
  await own.getByLabel('Current password').fill(person.password);
  await own.getByLabel('New password', { exact: true }).fill('seven grey herons under clouds');
  await own.getByRole('button', { name: 'Change password' }).click();
  await expect(own.getByText(/Password changed/)).toBeVisible();
  await expect(other).toHaveURL(/\/login/, { timeout: 5_000 });
  await own.getByRole('tab', { name: 'Sessions' }).click();
  await expect(own.getByText('This session')).toBeVisible();
  await own.reload();
  await expect(own.getByText('This session')).toBeVisible();
});

test('deactivating an agent shows what is re-pooled, does it, and signs them out', async ({
  browser,
  request,
}) => {
  test.setTimeout(120_000);
  const headers = await headersOf(request, demoAccounts().admin);
  const ticketNumber = await createTicket(request, headers, {
    subject: 'Badge reader at the side door is dead',
    description: 'No light at all since the storm.',
    category: 'IT Support',
    department: 'IT Department',
    priority: 'Medium',
  });
  const { taskId } = await assigneeOf(request, headers, ticketNumber);
  const task = async () => (await request.get(`/api/workflow/tasks/${taskId}/`, { headers })).json();
  const role: string = (await task()).current_step.role;
  const leaver = await newPerson(request, { first: 'Viktor', last: 'Blau' }, ['Agent', role]);
  await expect
    .poll(
      async () => {
        const { version } = await task();
        const answer = await request.post(`/api/workflow/tasks/${taskId}/transfer/`, {
          headers,
          data: { user_id: leaver.user_id, reason: 'Viktor knows the door.', expected_version: version },
        });
        return answer.status();
      },
      { message: 'the workflow service knows the new member', timeout: 20_000 },
    )
    .toBe(200);

  const theirs = await freshPage(browser);
  await signIn(theirs, leaver);
  await theirs.goto('/inbox');
  await expect(theirs.getByText(ticketNumber)).toBeVisible();

  const admin = await freshPage(browser);
  await signIn(admin, demoAccounts().admin);
  await admin.goto(`/admin/agents/${leaver.user_id}`);
  await admin.getByRole('button', { name: 'Deactivate' }).click();
  const dialog = admin.getByRole('dialog');
  await expect(dialog.getByRole('row', { name: new RegExp(ticketNumber) })).toContainText(role);
  await expect(dialog.getByText(/1 open ticket is unassigned or reassigned/)).toBeVisible();
  const began = Date.now();
  await dialog.getByRole('button', { name: 'Deactivate' }).click();
  await theirs.waitForURL(/\/login/, { timeout: 5_000 });
  expect(Date.now() - began, 'milliseconds until the other browser was out').toBeLessThan(2_000);
  await expect(admin.getByRole('button', { name: 'Activate' })).toBeVisible();

  await expect
    .poll(async () => (await task()).assignee?.user_id, {
      message: 'the work has left them',
      timeout: 15_000,
    })
    .not.toBe(leaver.user_id);
  await admin.goto(`/tickets/${ticketNumber}`);
  await expect(admin.getByText(/Viktor Blau is no longer eligible/)).toBeVisible();
});
