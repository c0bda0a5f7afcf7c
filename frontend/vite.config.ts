import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const services = {
  auth: process.env.DJANGO_AUTH_SERVICE ?? 'http://127.0.0.1:8003',
  workflow: process.env.DJANGO_WORKFLOW_API ?? 'http://127.0.0.1:8002',
  messaging: process.env.DJANGO_MESSAGING_SERVICE ?? 'http://127.0.0.1:8005',
  notification: process.env.DJANGO_NOTIFICATION_SERVICE ?? 'http://127.0.0.1:8006',
  ticket: process.env.DJANGO_TICKET_SERVICE ?? 'http://127.0.0.1:8004',
};

// The same routes as server/routes.mjs and the nginx of the compose file.
const proxy = {
  ...Object.fromEntries(
    Object.entries(services).map(([name, target]) => [
      `/api/${name}/`,
      { target, xfwd: true, rewrite: (path: string) => path.replace(`/api/${name}`, '') },
    ]),
  ),
  '/ws/': { target: services.messaging, ws: true, xfwd: true },
};

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 5173, proxy },
  build: {
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What nearly every page needs is one file: many small ones compress worse and ask many times.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 20 }] },
      },
    },
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
