import { defineConfig } from '@playwright/test';

/** Runs against a stack that is up: BASE_URL says where. No browser is downloaded; Chromium comes from the system. */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  fullyParallel: false,
  workers: 1,
  reporter: [['list'], ['./reasons.ts']],
  // `npm run e2e` goes the journeys; `npm run screenshots` refreshes the pictures in docs/.
  projects: [
    { name: 'journeys', testIgnore: 'screenshots.spec.ts' },
    { name: 'screenshots', testMatch: 'screenshots.spec.ts' },
  ],
  use: {
    baseURL: process.env.BASE_URL ?? 'http://localhost:1000',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    // Recording takes half a core: ask for it where a failure needs it.
    trace: process.env.PLAYWRIGHT_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
