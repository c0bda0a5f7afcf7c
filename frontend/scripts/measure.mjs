import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

/**
 * How fast the application is in a real Chromium against a stack that is up (`BASE_URL`, `RUN_DIR`):
 * largest contentful paint from a cold cache with the processor slowed down four times, and the time from a click to
 * the next page with everything in the cache. Medians of `ROUNDS` (5).
 */
const SLOW_DOWN = 4;
const rounds = Number(process.env.ROUNDS || 5);
const { admin } = JSON.parse(readFileSync(`${process.env.RUN_DIR}/demo.json`, 'utf8'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const size = { width: 1440, height: 900 };
const newContext = () => browser.newContext({ baseURL: process.env.BASE_URL, viewport: size });

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function signIn(page) {
  await page.goto('/login');
  await page.getByLabel('Email').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** Milliseconds until the largest thing was painted, in a browser that has never been there. */
async function paintOf(address, cookies) {
  const context = await newContext();
  if (cookies) await context.addCookies(cookies);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
  await page.addInitScript(() => {
    window.paints = [];
    new PerformanceObserver((list) =>
      window.paints.push(...list.getEntries().map((each) => each.startTime)),
    ).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    });
  });
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  const last = await page.evaluate(() => window.paints.at(-1));
  const kept = await context.cookies();
  await context.close();
  return { last, kept };
}

/** Milliseconds from the click to the frame that shows the other page's heading. */
async function stepTo(page, link, heading) {
  return page.evaluate(
    ([name, words]) =>
      new Promise((resolve) => {
        const target = [...document.querySelectorAll('nav a')].find(
          (each) => each.getAttribute('aria-label') === name,
        );
        const began = performance.now();
        const look = () =>
          document.querySelector('h1')?.textContent?.startsWith(words)
            ? requestAnimationFrame(() => resolve(performance.now() - began))
            : requestAnimationFrame(look);
        target.click();
        look();
      }),
    [link, heading],
  );
}

const lines = [];
const first = await newContext();
await signIn(await first.newPage());
let cookies = await first.cookies();
await first.close();
for (const [address, signedIn] of [
  ['/login', false],
  ['/inbox', true],
  ['/', true],
]) {
  const values = [];
  for (let round = 0; round < rounds; round += 1) {
    const { last, kept } = await paintOf(address, signedIn ? cookies : null);
    // The refresh token rotates with every use.
    if (signedIn) cookies = kept;
    values.push(last);
  }
  lines.push(
    `LCP ${address} at ${SLOW_DOWN}x slow-down: ${middle(values).toFixed(0)} ms (${values.map((v) => v.toFixed(0)).join(', ')})`,
  );
}

const warm = await newContext();
const page = await warm.newPage();
await signIn(page);
const TOUR = [
  ['Inbox', 'Inbox'],
  ['Board', 'Board'],
  ['Archive', 'Archive'],
  ['People', 'People'],
  ['Home', 'Good'],
];
const steps = [];
for (let round = 0; round <= rounds; round += 1) {
  for (const [link, heading] of TOUR) {
    const took = await stepTo(page, link, heading);
    // The first round fills the cache.
    if (round > 0) steps.push(took);
    await page.waitForTimeout(300);
  }
}
steps.sort((a, b) => a - b);
lines.push(
  `navigation from the cache: median ${middle(steps).toFixed(0)} ms, p95 ${steps[Math.floor(steps.length * 0.95)].toFixed(0)} ms, ${steps.length} steps`,
);
process.stdout.write(`${lines.join('\n')}\n`);
await browser.close();
