import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { assignedTicket, demoAccounts, everyPage, PUBLIC_PAGES, signIn, visit } from './stack';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// axe is put into the page by the test; the page's own policy allows no foreign script.
test.use({ bypassCSP: true });

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })",
  );
  return results.violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`no page has a serious accessibility problem (${scheme})`, async ({ page, request }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const { ticketNumber } = await assignedTicket(request);
    const found: Record<string, string[]> = {};
    for (const address of PUBLIC_PAGES) {
      await visit(page, address);
      found[address] = await findings(page);
    }
    await signIn(page, demoAccounts().admin);
    for (const address of everyPage(ticketNumber)) {
      await visit(page, address);
      found[address] = await findings(page);
    }
    expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
  });
}
