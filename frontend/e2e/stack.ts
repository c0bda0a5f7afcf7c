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
  await page.goto('/login');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
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

/** Who has the ticket's task; waits until it is someone with a demo account. */
export async function holderOf(
  request: APIRequestContext,
  headers: Headers,
  ticketNumber: string,
): Promise<{ account: Account; taskId: number }> {
  let found: { account: Account; taskId: number } | undefined;
  await expect
    .poll(
      async () => {
        const answer = await request.get('/api/workflow/tasks/', {
          headers,
          params: { ticket_number: ticketNumber },
        });
        const task = answer.ok() ? (await answer.json()).results[0] : null;
        const account = demoAccounts().users.find((user) => user.user_id === task?.assignee?.user_id);
        found = account && { account, taskId: task.id };
        return account?.user_id;
      },
      { message: `${ticketNumber} is given to someone with a demo account`, timeout: 30_000 },
    )
    .toBeTruthy();
  return found as { account: Account; taskId: number };
}

/** The ticket the journey is about: the one that TICKET names, or a new one of the help desk. */
export async function assignedTicket(request: APIRequestContext): Promise<Assigned> {
  const headers = await headersOf(request, demoAccounts().admin);
  const ticketNumber =
    process.env.TICKET ||
    (await createTicket(request, headers, {
      subject: 'Docking station does not charge the laptop',
      description: 'The light stays red. Another cable made no difference.',
      category: 'IT Support',
      department: 'IT Department',
      priority: 'High',
    }));
  const { account } = await holderOf(request, headers, ticketNumber);
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
  const password = `quiet rivers carry ${mark}`;
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
    '/notifications',
    '/profile',
    '/profile?tab=security',
    '/profile?tab=sessions',
    '/profile?tab=notifications',
    '/profile?tab=availability',
    '/profile?tab=appearance',
    '/admin',
    '/admin/tasks',
    '/admin/workflows',
    '/admin/workflows/1',
    '/admin/workflows/1?tab=settings',
    '/admin/workflows/1?tab=versions',
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
    '/admin/system?tab=keys',
    '/admin/system?tab=drift',
    '/admin/system?tab=dead',
    '/admin/notifications',
    '/admin/notifications/1',
    '/admin/notifications?tab=log',
  ];
}

export const PUBLIC_PAGES = ['/login', '/forgot', '/reset/an-old-link', '/invite/an-old-link'];

/** Go there and wait until the page says what it has to say. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
}
