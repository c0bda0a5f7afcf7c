import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type APIRequestContext, expect, type Page, test } from '@playwright/test';
import {
  type Assigned,
  assigneeOf,
  createTicket,
  demoAccounts,
  type Headers,
  headersOf,
  mailTo,
  type NewTicket,
  newPerson,
  signIn,
} from './stack';

const FOLDER =
  process.env.SCREENSHOT_DIR ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

test.use({ reducedMotion: 'reduce', colorScheme: 'light' });

async function take(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
  // Fonts and the diagram's last layout.
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
}

const MORNING: NewTicket[] = [
  {
    subject: 'VPN drops every ten minutes',
    description: 'Since the update on Friday, on the train and at home.',
    category: 'IT Support',
    department: 'IT Department',
    priority: 'Urgent',
  },
  {
    subject: 'Outlook asks for the password again and again',
    description: 'It takes the password and asks again.',
    category: 'IT Support',
    department: 'IT Department',
    priority: 'Medium',
  },
  {
    subject: 'Drawing program for two new colleagues',
    description: 'They start on the first.',
    category: 'Software Installation',
    department: 'IT Department',
    priority: 'Low',
  },
  {
    subject: 'Projector for the board meeting',
    description: 'Thursday, 9 to 12, with a long cable.',
    category: 'Asset Check Out',
    department: 'Asset Department',
    priority: 'High',
  },
  {
    subject: 'New screens for the meeting rooms',
    description: 'Four rooms; the offer is attached to the request.',
    category: 'New Budget Proposal',
    department: 'Budget Department',
    priority: 'Medium',
  },
];

/** A ticket in the middle of its life, with a conversation, in a help desk that has a morning behind it. */
async function livedInTicket(request: APIRequestContext): Promise<Assigned> {
  const { admin } = demoAccounts();
  const headers = await headersOf(request, admin);
  const asking = demoAccounts().users.find((user) => user.roles.tts?.includes('User')) ?? admin;
  const theirs = await headersOf(request, asking);
  for (const ticket of MORNING) await createTicket(request, theirs, ticket);
  const ticketNumber = await createTicket(request, theirs, {
    subject: 'Access to the finance share for a new colleague',
    description: 'Daniel starts on Monday in Controlling and needs the reports.\nHis manager agrees.',
    category: 'IT Support',
    sub_category: 'Access Request',
    department: 'IT Department',
    priority: 'Urgent',
  });
  const first = await assigneeOf(request, headers, ticketNumber);
  const firstHeaders = await headersOf(request, first.account);
  await say(
    request,
    firstHeaders,
    ticketNumber,
    'Which folders exactly? I have asked the owner of the share.',
  );
  const name = await nameOf(request, firstHeaders);
  await say(
    request,
    headers,
    ticketNumber,
    `@${name} reports only, read access. Payroll stays closed until Friday.`,
    [first.account.user_id],
  );
  const task = await (
    await request.get(`/api/workflow/tasks/${first.taskId}/`, { headers: firstHeaders })
  ).json();
  const forward = task.available_transitions.find((each: { outcome: string }) => each.outcome === 'forward');
  const moved = await request.post('/api/workflow/transitions/', {
    headers: firstHeaders,
    data: {
      task_id: first.taskId,
      transition_id: forward.id,
      expected_version: task.version,
      comment: 'The owner agrees; reports only.',
    },
  });
  expect(moved.status(), await moved.text()).toBe(200);
  const second = await assigneeOf(request, headers, ticketNumber);
  await say(request, await headersOf(request, second.account), ticketNumber, 'Thanks, that is all I need.');
  return { ticketNumber, assignee: second.account };
}

async function say(
  request: APIRequestContext,
  headers: Headers,
  ticketNumber: string,
  text: string,
  mentions: number[] = [],
): Promise<void> {
  const post = () =>
    request.post('/api/messaging/comments/', { headers, data: { ticket_id: ticketNumber, text, mentions } });
  // Messaging hears of a new ticket, and of who may read it, a moment after the workflow knows.
  await expect.poll(async () => (await post()).status(), { timeout: 15_000 }).toBe(201);
}

async function nameOf(request: APIRequestContext, headers: Headers): Promise<string> {
  return (await (await request.get('/api/auth/api/v1/users/me/', { headers })).json()).full_name;
}

test('a picture of each page', async ({ page, request, browser }) => {
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  const { ticketNumber, assignee } = await livedInTicket(request);

  await page.goto('/login');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await take(page, 'login');

  await signIn(page, assignee);
  await expect(page.getByRole('table').first()).toBeVisible();
  await take(page, 'home');

  await page.goto('/inbox');
  await expect(page.getByRole('table')).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeVisible();
  await take(page, 'command-palette');
  await page.keyboard.press('Escape');

  await page.goto(`/tickets/${ticketNumber}`);
  await expect(page.getByRole('group', { name: 'Actions' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Explain' })).toBeVisible();
  await take(page, 'ticket');
  await page.getByRole('button', { name: 'Activity', exact: true }).click();
  await page.getByRole('button', { name: 'Why me?' }).click();
  await page.getByRole('button', { name: 'Diagram' }).click();
  await expect(page.getByRole('img', { name: /^Diagram of the workflow/ })).toBeVisible();
  await take(page, 'ticket-activity');

  await page.getByRole('button', { name: 'Diagram' }).click();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page
    .getByRole('textbox', { name: 'Write an internal note…' })
    .pressSequentially('Could you check this, @');
  await expect(page.getByRole('listbox', { name: /People who can read/ })).toBeVisible();
  await take(page, 'ticket-mention');

  await page.goto('/inbox');
  await page.getByRole('button', { name: /Notifications/ }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await take(page, 'notifications');

  const note = 'Ask whether the new client holds the connection.';
  const reminder = await request.post('/api/workflow/reminders/', {
    headers: await headersOf(request, assignee),
    data: {
      ticket_number: ticketNumber,
      remind_at: new Date(Date.now() + 24 * 3_600_000).toISOString(),
      note,
    },
  });
  expect(reminder.ok(), await reminder.text()).toBe(true);
  await page.goto('/reminders');
  await expect(page.getByText(note)).toBeVisible();
  await take(page, 'reminders');

  await page.goto('/profile');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await take(page, 'profile');

  const admin = await (await browser.newContext({ reducedMotion: 'reduce', colorScheme: 'light' })).newPage();
  await signIn(admin, demoAccounts().admin);
  await admin.goto('/inbox?view=all&ordering=-created_at');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'inbox');
  await admin.goto('/admin/workflows');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-workflows');
  await admin.getByRole('link', { name: 'Access Request' }).click();
  await expect(admin.getByRole('heading', { name: 'Canvas' })).toBeVisible();
  await admin
    .getByRole('list', { name: 'Outline' })
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await take(admin, 'admin-workflow');
  await admin.getByRole('tab', { name: 'Settings' }).click();
  await take(admin, 'admin-workflow-settings');
  await admin.getByRole('tab', { name: 'Versions' }).click();
  await expect(admin.getByText('The versions are identical.')).toBeVisible();
  await take(admin, 'admin-workflow-versions');
  await admin.goto('/admin');
  await expect(admin.getByRole('heading', { name: 'By assignee' })).toBeVisible();
  await take(admin, 'admin-dashboard');
  await admin.goto('/admin/reports?tab=agents');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-reports');
  await admin.goto('/admin/intake');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-intake');
  await admin.goto('/admin/handoffs');
  await expect(admin.getByRole('tab', { name: 'Asset system' })).toBeVisible();
  await take(admin, 'admin-handoffs');
  await admin.goto('/admin/audit');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-audit');
  await admin.goto('/board?view=all');
  await expect(admin.getByRole('group', { name: 'Board' })).toBeVisible();
  await take(admin, 'board');
  await admin.goto('/archive');
  await expect(admin.getByRole('heading', { name: 'Archive' })).toBeVisible();
  await take(admin, 'archive');
  await admin.goto('/admin/tasks');
  await expect(admin.getByRole('table')).toBeVisible();
  await take(admin, 'admin-tasks');

  const dark = await (
    await browser.newContext({
      reducedMotion: 'reduce',
      colorScheme: 'dark',
      storageState: await page.context().storageState(),
    })
  ).newPage();
  await dark.goto(`/tickets/${ticketNumber}`);
  await expect(dark.getByRole('group', { name: 'Actions' })).toBeVisible();
  await take(dark, 'ticket-dark');
  await dark.goto('/');
  await expect(dark.getByRole('table').first()).toBeVisible();
  await take(dark, 'home-dark');

  const phone = await (
    await browser.newContext({
      reducedMotion: 'reduce',
      colorScheme: 'light',
      viewport: { width: 360, height: 780 },
    })
  ).newPage();
  await signInNarrow(phone);
  await phone.goto(`/tickets/${ticketNumber}`);
  await expect(phone.getByRole('group', { name: 'Actions' })).toBeVisible();
  await take(phone, 'ticket-phone');
  await phone.goto('/inbox?view=all');
  await expect(phone.locator('a[data-subject]').first()).toBeVisible();
  await take(phone, 'inbox-phone');
});

/** On a phone the navigation is behind a button. */
async function signInNarrow(page: Page): Promise<void> {
  const { admin } = demoAccounts();
  await page.goto('/login');
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Open navigation' })).toBeVisible();
}

test('a picture of each page about accounts, people, roles and mail', async ({ page, request }) => {
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  const { users } = demoAccounts();
  const someone = users.find((user) => user.roles.tts?.includes('IT Support')) ?? users[0];

  await page.goto('/forgot');
  await expect(page.getByRole('button', { name: 'Send reset link' })).toBeVisible();
  await take(page, 'forgot');
  await page.goto('/reset/a-link');
  await page.getByLabel('New password', { exact: true }).fill('four-ravens-sing');
  await take(page, 'reset');

  const invited = `nadia.rossi.${Date.now()}@example.com`;
  const began = Date.now();
  const answer = await request.post('/api/auth/api/v1/invitations/', {
    headers: await headersOf(request, demoAccounts().admin),
    data: {
      email: invited,
      first_name: 'Nadia',
      last_name: 'Rossi',
      roles: [{ system: 'tts', role: 'Agent' }],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const mail = await mailTo(request, invited, began, /\/invite\//);
  await page.goto(/\/invite\/[\w-]+/.exec(mail)?.[0] ?? '');
  await expect(page.getByRole('heading', { name: 'Welcome, Nadia Rossi' })).toBeVisible();
  await take(page, 'invite');

  const person = await newPerson(request, { first: 'Clara', last: 'Weiss' }, ['Agent', 'IT Support']);
  await signIn(page, person);
  await page.goto('/profile?tab=security');
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill(person.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
  await take(page, 'profile-authenticator');
  for (const tab of ['sessions', 'notifications', 'availability', 'appearance']) {
    await page.goto(`/profile?tab=${tab}`);
    await expect(page.getByRole('tab', { selected: true })).toBeVisible();
    await take(page, `profile-${tab}`);
  }
  await page.goto('/profile?tab=security');
  await page.getByRole('button', { name: 'Use email codes' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill(person.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Use email codes' }).click();
  await expect(page.getByText('Email codes', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible();
  await take(page, 'login-code');

  await signIn(page, demoAccounts().admin);
  const shown: [name: string, address: string][] = [
    ['notifications-page', '/notifications'],
    ['admin-agents', '/admin/agents'],
    ['admin-person', `/admin/agents/${someone?.user_id}`],
    ['admin-roles', '/admin/roles'],
    ['admin-system', '/admin/system'],
    ['admin-security-events', '/admin/system?tab=events'],
    ['admin-service-keys', '/admin/system?tab=keys'],
    ['admin-role-copies', '/admin/system?tab=drift'],
    ['admin-dead-letters', '/admin/system?tab=dead'],
    ['admin-notifications', '/admin/notifications'],
    ['admin-notification-wording', '/admin/notifications/1'],
    ['admin-notification-log', '/admin/notifications?tab=log'],
  ];
  for (const [name, address] of shown) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await take(page, name);
  }
  await page.goto(`/admin/agents/${someone?.user_id}`);
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await take(page, 'admin-deactivate');
});
