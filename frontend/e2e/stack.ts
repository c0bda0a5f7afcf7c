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

async function adminHeaders(request: APIRequestContext): Promise<Record<string, string>> {
  const { admin } = demoAccounts();
  const answer = await request.post('/api/auth/token/', {
    data: { username: admin.email, password: admin.password },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  return { Authorization: `Bearer ${(await answer.json()).access}` };
}

/** The ticket the journey is about: the one that TICKET names, or a new one of the help desk. */
export async function assignedTicket(request: APIRequestContext): Promise<Assigned> {
  const headers = await adminHeaders(request);
  let ticketNumber = process.env.TICKET ?? '';
  if (!ticketNumber) {
    const answer = await request.post('/api/ticket/tickets/', {
      headers,
      data: {
        subject: 'Docking station does not charge the laptop',
        description: 'The light stays red. Another cable made no difference.',
        category: 'IT Support',
        department: 'IT Department',
        priority: 'High',
      },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    ticketNumber = (await answer.json()).ticket_number;
  }
  let assignee: Account | undefined;
  await expect
    .poll(
      async () => {
        const answer = await request.get('/api/workflow/tasks/', {
          headers,
          params: { search: ticketNumber },
        });
        const person = answer.ok() ? (await answer.json()).results[0]?.assignee : null;
        assignee = demoAccounts().users.find((user) => user.user_id === person?.user_id);
        return assignee?.user_id;
      },
      { message: `${ticketNumber} is given to someone with a demo account`, timeout: 30_000 },
    )
    .toBeTruthy();
  return { ticketNumber, assignee: assignee as Account };
}
