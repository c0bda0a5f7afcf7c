import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import {
  type Account,
  anyTicket,
  assignedTicket,
  demoAccounts,
  everyPage,
  newPerson,
  PUBLIC_PAGES,
  settled,
  signIn,
  visit,
} from './stack';

/** The user interface in German, and one that runs from right to left. */

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

async function signInGerman(page: Page, account: Account): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-Mail').fill(account.email);
  await page.getByLabel('Passwort', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await expect(page.getByRole('navigation', { name: 'Hauptnavigation' })).toBeVisible();
}

/** What is wider than its place: the page itself, and words of a control that are cut. */
function cut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide, of ${clientWidth}`);
    for (const each of document.querySelectorAll<HTMLElement>('button, [role=tab], h1, h2, label, legend')) {
      const style = getComputedStyle(each);
      const isHidden =
        each.offsetParent === null || each.clientWidth < 2 || style.textOverflow === 'ellipsis';
      if (!isHidden && style.display !== 'inline' && each.scrollWidth > each.clientWidth + 1) {
        found.push(`${each.tagName} “${each.textContent?.trim().slice(0, 60)}”`);
      }
    }
    return found;
  });
}

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  return results.violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(' ')}`));
}

/** Look at the page as it stands, on a desk and on a telephone. */
async function judge(page: Page, name: string): Promise<void> {
  for (const [width, size] of [
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const) {
    await page.setViewportSize(size);
    await settled(page);
    await look(page, `${name}-${width}`);
    expect.soft(await cut(page), `${name}, ${width}`).toEqual([]);
    if (width === 'wide') expect.soft(await faults(page), name).toEqual([]);
  }
  await page.setViewportSize(WIDE);
}

test.describe('for a browser that asks for German', () => {
  test.use({ locale: 'de-DE' });

  test('sign-in, inbox, ticket and profile are in German', async ({ page, request }) => {
    const { ticketNumber, assignee } = await assignedTicket(request);
    const missing: string[] = [];
    page.on('response', (answer) => {
      if (/\/assets\//.test(answer.url()) && answer.status() >= 400) missing.push(answer.url());
    });
    await page.goto('/login');
    await expect(page.getByRole('heading', { name: 'Anmelden', exact: true })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await judge(page, 'login');
    await page.getByLabel('E-Mail').fill(assignee.email);
    await page.getByLabel('Passwort', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await expect(page.getByText('E-Mail-Adresse oder Passwort ist falsch.')).toBeVisible();
    await signInGerman(page, assignee);

    await page.goto('/inbox');
    await expect(page.getByRole('heading', { name: 'Posteingang' })).toBeVisible();
    await judge(page, 'inbox');

    await page.goto(`/tickets/${ticketNumber}`);
    await page.getByRole('button', { name: 'Öffentliche Antwort', exact: true }).click();
    await page.locator('#ticket-composer').fill('Welches Netzteil ist es?');
    await judge(page, 'ticket');
    await page.getByRole('button', { name: 'Antwort senden', exact: true }).click();
    await expect(page.getByText('Welches Netzteil ist es?')).toBeVisible();
    await expect(page.locator('#ticket-composer')).toHaveValue('');
    await page.getByRole('button', { name: 'Mehr', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Zurückstellen', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Zurückstellen' });
    await settled(page);
    await look(page, 'hold');
    await dialog.getByRole('button', { name: 'Zurückstellen', exact: true }).click();
    await expect(dialog.getByText('Ein Grund ist erforderlich.')).toBeVisible();
    await dialog.getByLabel('Grund').fill('Das Ersatzteil ist bestellt.');
    await dialog.getByRole('button', { name: 'Zurückstellen', exact: true }).click();
    await expect(page.getByText('Zurückgestellt', { exact: true }).first()).toBeVisible();

    await page.goto('/profile?tab=appearance');
    await expect(page.getByRole('combobox', { name: 'Sprache' })).toHaveValue('');
    await judge(page, 'appearance');
    expect(missing).toEqual([]);
  });

  test('a workflow is designed in German', async ({ page }) => {
    await signInGerman(page, demoAccounts().admin);
    await page.goto('/admin/workflows');
    await page.getByRole('button', { name: 'Neuer Workflow' }).click();
    const dialog = page.getByRole('dialog', { name: 'Neuer Workflow' });
    await dialog.getByLabel('Name').fill(`Reisekosten ${Date.now()}`);
    await dialog.getByRole('button', { name: 'Entwurf erstellen' }).click();
    await expect(page.getByText('Entwurf gespeichert')).toBeVisible();
    await page.getByRole('button', { name: 'Genehmigung hinzufügen' }).click();
    await expect(page.getByLabel('Name des Schritts')).toHaveValue('Neue Genehmigung');
    await expect(page.getByRole('heading', { name: 'Validierung' })).toBeVisible();
    await judge(page, 'designer');
  });

  test('no page is wider than its screen, and no control is cut', async ({ page, request }) => {
    test.setTimeout(600_000);
    const ticketNumber = await anyTicket(request);
    for (const address of PUBLIC_PAGES) {
      await visit(page, address);
      await judge(page, address.replaceAll(/\W+/g, '-'));
    }
    await signInGerman(page, demoAccounts().admin);
    for (const address of everyPage(ticketNumber)) {
      await visit(page, address);
      await judge(page, address.replaceAll(/\W+/g, '-'));
    }
  });
});

test('the language chosen in the profile is there in another browser, from the first page on', async ({
  page,
  browser,
  request,
}) => {
  const person = await newPerson(request, { first: 'Lena', last: 'Fischer' }, ['Agent']);
  await signIn(page, person);
  await page.goto('/profile?tab=appearance');
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
  await expect(page.getByText('Gespeichert.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Profil', exact: true })).toBeVisible();

  const other = await elsewhere(browser);
  const headings: string[] = [];
  await other.exposeFunction('heard', (text: string) => headings.push(text));
  await other.addInitScript(() => {
    new MutationObserver(() => {
      for (const each of document.querySelectorAll('nav[aria-label]')) {
        void (window as unknown as { heard: (text: string) => void }).heard(
          each.getAttribute('aria-label') ?? '',
        );
      }
    }).observe(document, { childList: true, subtree: true });
  });
  await signInOnce(other, person);
  await expect(other.getByRole('navigation', { name: 'Hauptnavigation' })).toBeVisible();
  await other.reload();
  await expect(other.getByRole('navigation', { name: 'Hauptnavigation' })).toBeVisible();
  expect(headings).toContain('Hauptnavigation');
  expect(headings).not.toContain('Main');
  await other.context().close();
});

async function elsewhere(browser: Browser): Promise<Page> {
  return (await browser.newContext({ locale: 'en-GB', viewport: WIDE })).newPage();
}

async function signInOnce(page: Page, account: Account): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('who sees English does not fetch the German texts', async ({ page }) => {
  const fetched: string[] = [];
  page.on('response', async (answer) => {
    if (!/\.js$/.test(new URL(answer.url()).pathname)) return;
    if ((await answer.text().catch(() => '')).includes('Posteingang')) fetched.push(answer.url());
  });
  await page.goto('/login');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(fetched).toEqual([]);
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.getByRole('heading', { name: 'Anmelden', exact: true })).toBeVisible();
  await expect.poll(() => fetched.length).toBe(1);
});

test('a language that runs from right to left is mirrored', async ({ page, request }) => {
  const { ticketNumber, assignee } = await assignedTicket(request);
  await page.addInitScript(() => localStorage.setItem('tts.language', 'en-XB'));
  await signIn(page, assignee);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.goto('/inbox');
  const box = async (name: string) =>
    page.getByRole('navigation', { name }).evaluate((each) => each.getBoundingClientRect().left);
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  expect(await box('Main'), 'the navigation is on the right').toBeGreaterThan(1000);
  await judge(page, 'mirrored-inbox');
  await page.goto(`/tickets/${ticketNumber}`);
  await expect(page.locator('#ticket-composer')).toBeVisible();
  await judge(page, 'mirrored-ticket');
  await page.setViewportSize(NARROW);
  await page.getByRole('button', { name: 'Open navigation' }).click();
  const drawer = page.getByRole('navigation', { name: 'Main' });
  await expect(drawer).toBeVisible();
  await settled(page);
  await look(page, 'mirrored-drawer');
  const { right } = await drawer.evaluate((each) => each.getBoundingClientRect().toJSON());
  expect(right).toBeGreaterThan(NARROW.width - 20);
  await drawer.getByRole('link', { name: 'Inbox' }).click();
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
});
