import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { anyTicket, demoAccounts, everyPage, PUBLIC_PAGES, settled, signIn, visit } from './stack';

/** One walk through all pages; each is loaded once and judged in light, in dark and as narrow as a phone. */

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 320, height: 640 };

/** What breaks the page's policy, or its script, on any page from now on. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(`${page.url()}: ${error.message}`));
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'document') return;
    const policy = response.headers()['content-security-policy'] ?? '';
    if (!/frame-ancestors 'none'/.test(policy) || !/script-src 'self';/.test(policy)) {
      heard.push(`${response.url()} came with the policy: ${policy}`);
    }
  });
  return heard;
}

/** Every tag that axe has, experimental rules included, but for level AAA, which asks for other colours. */
const LEFT_OUT = ['wcag2aaa'];
/** What another colour scheme can change. */
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** The serious problems that axe finds, each with where it is and what was measured. */
async function problems(page: Page, rules: 'all' | typeof COLOURS): Promise<string[]> {
  const wanted =
    rules === 'all'
      ? `{ type: 'rule', values: axe.getRules()
          .filter((rule) => !rule.tags.some((tag) => ${JSON.stringify(LEFT_OUT)}.includes(tag)))
          .map((rule) => rule.ruleId) }`
      : JSON.stringify(rules);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${wanted}, resultTypes: ['violations'] })`,
  );
  return results.violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .flatMap((each) =>
      each.nodes.map((node) => {
        const measured = node.any.map((check) => check.message).join('; ');
        return `${each.id}: ${node.target.join(' ')}: ${measured || node.failureSummary}`;
      }),
    );
}

/** What reaches beyond a narrow screen, so that the whole page would have to be pushed sideways. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide on a screen of ${clientWidth}`] : [];
  });
}

/** Tables that don't show their last column on a desk's screen until they are scrolled sideways. */
async function cutTables(page: Page): Promise<string[]> {
  return page.locator('table').evaluateAll((tables) =>
    tables.flatMap((table) => {
      const frame = table.parentElement as HTMLElement;
      const name = table.getAttribute('aria-label') ?? 'a table';
      return frame.scrollWidth > frame.clientWidth ? [`${name} is cut at ${frame.clientWidth} px`] : [];
    }),
  );
}

async function judged(page: Page, address: string): Promise<string[]> {
  await visit(page, address);
  await page.evaluate(axeSource);
  const found: [string, string[]][] = [
    ['light', await problems(page, 'all')],
    ['wide', await cutTables(page)],
  ];
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-scheme', 'dark');
  await settled(page);
  found.push(['dark', await problems(page, COLOURS)]);
  await page.setViewportSize(NARROW);
  await settled(page);
  found.push(['narrow', await tooWide(page)]);
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
  return found.flatMap(([how, each]) => each.map((problem) => `${address} (${how}) ${problem}`));
}

test('every page is accessible in light and dark, fits a phone, and keeps to its content policy', async ({
  page,
  request,
}) => {
  test.setTimeout(900_000);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const heard = listen(page);
  const ticketNumber = await anyTicket(request);
  const found: string[] = [];
  for (const address of PUBLIC_PAGES) found.push(...(await judged(page, address)));
  await signIn(page, demoAccounts().admin);
  for (const address of everyPage(ticketNumber)) found.push(...(await judged(page, address)));
  expect(found, found.join('\n')).toEqual([]);
  expect(heard, heard.join('\n')).toEqual([]);

  // The listening works: a script that is not ours is refused and heard.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.stranger = true';
    document.body.append(script);
  });
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  expect(await page.evaluate(() => 'stranger' in window)).toBe(false);
});
