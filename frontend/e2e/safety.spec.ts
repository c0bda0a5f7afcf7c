import { get } from 'node:http';
import { expect, test } from '@playwright/test';
import { demoAccounts, signIn } from './stack';

test('after signing in, no script finds a token in storage, cookies or the address', async ({ page }) => {
  let access = '';
  page.on('response', async (response) => {
    if (/\/login\/$/.test(response.url()) && response.ok()) access = (await response.json()).access ?? access;
  });
  await signIn(page, demoAccounts().admin);
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  expect(access).toMatch(/^eyJ/);

  const readable = await page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map((each) => each.name);
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      window.location.href,
      window.name,
      databases,
    ]);
  });
  expect(readable).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  expect(readable).not.toContain(access.split('.')[2]);
  const cookies = await page.context().cookies();
  expect(cookies.length).toBeGreaterThan(0);
  for (const cookie of cookies) {
    // Says that there is a session, so that nobody else is asked for one, and nothing of it.
    if (cookie.name === 'tts-session') expect(cookie.value).toBe('1');
    else expect(cookie.httpOnly, `${cookie.name} is out of reach of scripts`).toBe(true);
    expect(cookie.sameSite, cookie.name).not.toBe('None');
  }
});

test('a visitor without a session is asked for none: nothing fails on the sign-in page', async ({ page }) => {
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  await page.goto('/inbox');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(troubles).toEqual([]);
});

test('the script that asks early may come late, while another tab has the turn: the session starts all the same', async ({
  page,
}) => {
  await signIn(page, demoAccounts().admin);
  await page.addInitScript(() => {
    void navigator.locks.request('tts-token-refresh', () => new Promise((done) => setTimeout(done, 3_000)));
  });
  let cameLate = false;
  await page.route('/early.js', async (route) => {
    await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);
    await new Promise((done) => setTimeout(done, 500));
    cameLate = true;
    await route.continue();
  });
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible({ timeout: 15_000 });
  expect(cameLate).toBe(true);
});

const FIRST_LOAD_LIMIT = 250_000;

/** The gateway compresses while it sends, so no header says how large an answer is. */
function bytesOnTheWire(url: string): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { 'Accept-Encoding': 'gzip', Accept: 'text/html,*/*' };
    get(url, { headers }, (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      answer.on('end', () => done(size));
    }).on('error', fail);
  });
}

for (const address of ['/login', '/inbox']) {
  test(`the first load of ${address} is at most 250 kB gzipped`, async ({ page, browser }) => {
    const cold = await (await browser.newContext()).newPage();
    if (address !== '/login') {
      // Signed in, but with nothing kept from before.
      await signIn(page, demoAccounts().admin);
      await cold.context().addCookies(await page.context().cookies());
    }
    const files = new Set<string>();
    let sessionsAsked = 0;
    cold.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('/token/refresh/')) sessionsAsked += 1;
      if (response.request().resourceType() === 'document' || /\.(js|css)$/.test(pathname)) {
        files.add(response.url());
      }
    });
    await cold.goto(address);
    await expect(cold.getByRole('heading', { level: 1 })).toBeVisible();
    await cold.waitForLoadState('networkidle');
    expect(sessionsAsked, 'asked for on the way, and by nobody else').toBe(address === '/login' ? 0 : 1);
    const sizes: Record<string, number> = {};
    for (const url of files) {
      sizes[new URL(url).pathname] = await bytesOnTheWire(url);
    }
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    expect(Object.keys(sizes).length).toBeGreaterThan(2);
    expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(FIRST_LOAD_LIMIT);
    test.info().annotations.push({ type: 'first load', description: `${address}: ${total} bytes gzipped` });
  });
}

test('a page opens although the network broke off under the parts without which no script runs', async ({
  page,
}) => {
  await page.goto('/login');
  const first = await page.request
    .get('/')
    .then(async (answer) => /src="(\/assets\/[^"]+)"/.exec(await answer.text())?.[1]);
  let broken = 0;
  await page.route(`**${first}`, async (route) => {
    broken += 1;
    return broken === 1 ? route.abort('internetdisconnected') : route.fallback();
  });
  await page.goto('/forgot');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(broken).toBe(2);
});

test('a page opens although the network broke off once under each of its parts and its first call', async ({
  page,
}) => {
  await signIn(page, demoAccounts().admin);
  const broken = new Set<string>();
  const entry = /src="(\/assets\/[^"]+)"/.exec(await (await page.request.get('/')).text())?.[1];
  await page.route(/\/assets\/[^/]+\.js$|\/token\/refresh\/$/, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === entry || broken.has(pathname)) return route.fallback();
    broken.add(pathname);
    return route.abort('internetdisconnected');
  });
  await page.goto('/archive');
  await expect(page.getByRole('heading', { level: 1, name: 'Archive' })).toBeVisible();
  expect([...broken].filter((path) => /ArchivePage|refresh/.test(path))).toHaveLength(2);
});
