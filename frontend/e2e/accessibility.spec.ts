import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { assignedTicket, demoAccounts, signIn } from './stack';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// axe is put into the page by the test; the page's own policy allows no foreign script.
test.use({ bypassCSP: true });

async function findings(page: Page): Promise<string[]> {
  await expect(page.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
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
    await page.goto('/login');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    const found: Record<string, string[]> = { '/login': await findings(page) };
    for (const address of ['/forgot', '/reset/an-old-link', '/invite/an-old-link']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      found[address] = await findings(page);
    }
    await signIn(page, demoAccounts().admin);
    for (const address of [
      '/',
      '/inbox?view=all',
      `/tickets/${ticketNumber}`,
      '/profile',
      '/admin/workflows',
      '/admin/workflows/1',
      '/admin/workflows/1?tab=settings',
      '/admin/workflows/1?tab=versions',
      '/admin/tasks',
      '/admin',
      '/admin/intake',
      '/admin/handoffs',
      '/admin/audit',
      '/admin/reports',
      '/admin/reports?tab=steps',
      '/board?view=all',
      '/archive',
      '/notifications',
      '/profile?tab=security',
      '/profile?tab=sessions',
      '/profile?tab=notifications',
      '/profile?tab=availability',
      '/profile?tab=appearance',
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
    ]) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      found[address] = await findings(page);
    }
    expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
  });
}
