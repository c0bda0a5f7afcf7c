import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type APIRequestContext, expect, type Page } from '@playwright/test';

/** What the journeys need to know of the running stack: who can sign in, and how to get a ticket into it. */

export interface Account {
  email: string;
  password: string;
  user_id: number;
}

interface DemoFile {
  admin: Account;
  users: (Account & { roles: Record<string, string[]> })[];
}

export interface Assigned {
  ticketNumber: string;
  assignee: Account;
}

export function demoAccounts(): DemoFile {
  const { DEMO_JSON, RUN_DIR } = process.env;
  const file = DEMO_JSON ?? (RUN_DIR && `${RUN_DIR}/demo.json`);
  if (!file) throw new Error('DEMO_JSON must name the file with the demo accounts, or RUN_DIR its folder');
  return JSON.parse(readFileSync(file, 'utf8')) as DemoFile;
}

export async function signIn(page: Page, account: Account): Promise<void> {
  await open(page, '/login');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}

/** Go to an address, once more where the machine's network changed meanwhile: Chromium breaks everything off then. */
export async function open(page: Page, address: string): Promise<void> {
  try {
    await page.goto(address);
  } catch (error) {
    if (!/ERR_NETWORK_CHANGED/.test(String(error))) throw error;
    await page.goto(address);
  }
}

export type Headers = Record<string, string>;

export async function headersOf(request: APIRequestContext, account: Account): Promise<Headers> {
  const answer = await request.post('/api/auth/token/', {
    data: { username: account.email, password: account.password },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return { Authorization: `Bearer ${(await answer.json()).access}` };
}

export interface NewTicket {
  subject: string;
  description: string;
  category: string;
  sub_category?: string;
  department: string;
  priority: string;
}

export async function createTicket(
  request: APIRequestContext,
  headers: Headers,
  ticket: NewTicket,
): Promise<string> {
  const answer = await request.post('/api/ticket/tickets/', { headers, data: ticket });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).ticket_number;
}

export interface TaskRow {
  id: number;
  version: number;
  status: string;
  assignee: { user_id: number } | null;
  current_step: { role: string } | null;
}

async function tasksOf(
  request: APIRequestContext,
  headers: Headers,
  ticketNumber: string,
): Promise<TaskRow[]> {
  const answer = await request.get('/api/workflow/tasks/', {
    headers,
    params: { ticket_number: ticketNumber },
  });
  return answer.ok() ? (await answer.json()).results : [];
}

export async function taskOf(request: APIRequestContext, headers: Headers, taskId: number): Promise<TaskRow> {
  const answer = await request.get(`/api/workflow/tasks/${taskId}/`, { headers });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/**
 * Who has the ticket's task, once somebody has it. Members without a demonstration account, whom other journeys and
 * tests leave behind, pass it on to one who can sign in.
 */
export async function assigneeOf(
  request: APIRequestContext,
  headers: Headers,
  ticketNumber: string,
): Promise<{ account: Account; taskId: number }> {
  const { users } = demoAccounts();
  const seen = async () => {
    const [task] = await tasksOf(request, headers, ticketNumber);
    const account = users.find((user) => user.user_id === task?.assignee?.user_id);
    return { task, account };
  };
  await expect
    .poll(
      async () => {
        const { task } = await seen();
        return task ? task.assignee !== null || `${task.status}, with nobody` : 'no task yet';
      },
      { message: `${ticketNumber} is given to somebody` },
    )
    .toBe(true);
  const { task, account } = await seen();
  if (!task) throw new Error(`${ticketNumber} has no task any more`);
  if (account) return { account, taskId: task.id };
  const role = task.current_step?.role ?? '';
  const member = users.find((user) => Object.values(user.roles).flat().includes(role));
  if (!member) throw new Error(`no demonstration account has the role ${role}`);
  const answer = await request.post(`/api/workflow/tasks/${task.id}/transfer/`, {
    headers,
    data: { user_id: member.user_id, reason: 'They can sign in.', expected_version: task.version },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return { account: member, taskId: task.id };
}

const HELP_DESK_TICKET: NewTicket = {
  subject: 'Docking station does not charge the laptop',
  description: 'The light stays red. Another cable made no difference.',
  category: 'IT Support',
  department: 'IT Department',
  priority: 'High',
};

/** A ticket that is in work, whoever has it: for pages that are only looked at. */
export async function anyTicket(request: APIRequestContext): Promise<string> {
  const headers = await headersOf(request, demoAccounts().admin);
  const ticketNumber = process.env.TICKET || (await createTicket(request, headers, HELP_DESK_TICKET));
  await expect
    .poll(async () => (await tasksOf(request, headers, ticketNumber)).length, {
      message: `${ticketNumber} becomes a task`,
    })
    .toBeGreaterThan(0);
  return ticketNumber;
}

/** The ticket the journey is about: the one that TICKET names, or a new one of the help desk. */
export async function assignedTicket(request: APIRequestContext): Promise<Assigned> {
  const headers = await headersOf(request, demoAccounts().admin);
  const ticketNumber = process.env.TICKET || (await createTicket(request, headers, HELP_DESK_TICKET));
  const { account } = await assigneeOf(request, headers, ticketNumber);
  // The conversation hears of an assignee a moment after the workflow.
  await expect
    .poll(
      async () => {
        const answer = await request.get(`/api/messaging/tickets/${ticketNumber}/participants/`, { headers });
        return answer.ok() ? await answer.json() : [];
      },
      { message: `${account.email} may read ${ticketNumber}` },
    )
    .toContainEqual(expect.objectContaining({ user_id: account.user_id, relation: 'assignee' }));
  return { ticketNumber, assignee: account };
}

/** A person of this run alone, so that what happens to them disturbs nobody. */
export async function newPerson(
  request: APIRequestContext,
  name: { first: string; last: string },
  roles: string[],
): Promise<Account> {
  const headers = await headersOf(request, demoAccounts().admin);
  const mark = `${Date.now()}${Math.floor(Math.random() * 1000)}`;
  const email = `${name.first}.${name.last}.${mark}@example.com`.toLowerCase();
  // Nothing of the name or address in it, by chance either.
  const password = `${randomBytes(12).toString('base64url')} under the stones`;
  const answer = await request.post('/api/auth/api/v1/users/', {
    headers,
    data: {
      email,
      password,
      first_name: name.first,
      last_name: name.last,
      roles: roles.map((role) => ({ system: 'tts', role })),
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return { email, password, user_id: (await answer.json()).user_id };
}

/** Where the mails can be read: MAIL_URL, or what the stack wrote into its folder. */
function mailServer(): string {
  const { MAIL_URL, RUN_DIR } = process.env;
  if (MAIL_URL) return MAIL_URL;
  const written = RUN_DIR && /^MAIL_URL=(\S+)$/m.exec(readFileSync(`${RUN_DIR}/env`, 'utf8'))?.[1];
  return written || 'http://localhost:8025';
}

interface Mail {
  received_at: string;
  to: string[];
  subject: string;
  text: string;
}

/** The newest mail to somebody that the mail server took after a moment, as plain text. */
export async function mailTo(
  request: APIRequestContext,
  email: string,
  after: number,
  holds: RegExp,
): Promise<string> {
  const sink = mailServer();
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        const mails = (await (await request.get(`${sink}/api/mails`)).json()) as Mail[];
        found = mails.find(
          (mail) => mail.to.includes(email) && Date.parse(mail.received_at) >= after && holds.test(mail.text),
        );
        return found !== undefined;
      },
      { message: `a mail to ${email} that holds ${holds}`, timeout: 30_000 },
    )
    .toBe(true);
  return (found as Mail).text;
}

/** Every page an administrator can open, each tab with an address of its own included. */
export function everyPage(ticketNumber: string): string[] {
  return [
    '/',
    '/inbox?view=all',
    `/tickets/${ticketNumber}`,
    '/board?view=all',
    '/archive',
    '/reminders',
    '/canned-replies',
    '/canned-replies/new',
    '/notifications',
    '/profile',
    '/profile?tab=security',
    '/profile?tab=sessions',
    '/profile?tab=notifications',
    '/profile?tab=availability',
    '/profile?tab=calendar',
    '/profile?tab=appearance',
    '/admin',
    '/admin/tasks',
    '/admin/workflows',
    '/admin/workflows/1',
    '/admin/workflows/1?tab=settings',
    '/admin/workflows/1?tab=versions',
    '/admin/calendars',
    '/admin/intake',
    '/admin/intake?tab=unmatched',
    '/admin/handoffs',
    '/admin/audit',
    '/admin/reports',
    '/admin/reports?tab=steps',
    '/admin/agents',
    '/admin/agents?tab=invitations',
    `/admin/agents/${demoAccounts().users[0]?.user_id}`,
    '/admin/roles',
    '/admin/system',
    '/admin/system?tab=events',
    '/admin/system?tab=sign-in',
    '/admin/system?tab=keys',
    '/admin/system?tab=webhooks',
    '/admin/system?tab=privacy',
    '/admin/system?tab=retention',
    '/admin/system?tab=drift',
    '/admin/system?tab=dead',
    '/admin/notifications',
    '/admin/notifications/1',
    '/admin/notifications?tab=log',
    '/admin/notifications?tab=inbound',
  ];
}

export const PUBLIC_PAGES = ['/login', '/forgot', '/reset/an-old-link', '/invite/an-old-link'];

/** Go there and wait until the page says what it has to say and stands still. */
export async function visit(page: Page, address: string): Promise<void> {
  await open(page, address);
  await expect(page.getByRole('heading', { level: 1 }), `${address} has a heading`).toBeVisible();
  await settled(page);
}

/** With SHOTS, the folder for them: the page as it stands. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const { SHOTS } = process.env;
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** With SHOTS: the page once nothing moves, on a desk and on a telephone. */
export async function picture(page: Page, name: string): Promise<void> {
  const usual = page.viewportSize();
  if (!process.env.SHOTS || !usual) return;
  for (const size of [usual, { width: 360, height: 740 }]) {
    await page.setViewportSize(size);
    await settled(page);
    await screenshot(page, `${name}-${size.width}`);
  }
  await page.setViewportSize(usual);
  await settled(page);
}

/** Nothing loads, nothing moves, the fonts are there: what is judged or pictured now stays so. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading…' }), `${page.url()} has loaded`).toHaveCount(0);
  await expect
    .poll(
      async () => {
        const before = await restless(page);
        return before.length > 0 ? before : restless(page);
      },
      { message: `${page.url()} stands still`, intervals: [50, 100, 250] },
    )
    .toEqual([]);
}

/** What still loads or moves after two frames. */
async function restless(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moving = document
      .getAnimations()
      .filter((animation) => animation.playState === 'running')
      .map((animation) => {
        const { target } = animation.effect as KeyframeEffect;
        return `${target?.tagName.toLowerCase()}.${target?.getAttribute('class') ?? ''} moves`;
      });
    const waiting = [...document.querySelectorAll('.MuiSkeleton-root, [aria-busy="true"]')].map(
      (element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} waits`,
    );
    return [...moving, ...waiting];
  });
}

export interface Deliveries {
  /** What the sockets brought, as text. */
  frames: string[];
  /** How often comments were asked for. */
  asked: number;
}
const deliveries = new WeakMap<Page, Deliveries>();

/** By which way comments reach a page: noted from the first call on, which comes before its first address. */
export function deliveriesOf(page: Page): Deliveries {
  const known = deliveries.get(page);
  if (known) return known;
  const noted: Deliveries = { frames: [], asked: 0 };
  deliveries.set(page, noted);
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => noted.frames.push(String(payload))),
  );
  page.on('request', (request) => {
    if (request.method() === 'GET' && /\/api\/messaging\/comments\//.test(request.url())) noted.asked += 1;
  });
  return noted;
}
