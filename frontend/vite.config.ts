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

// The same routes as the gateway's (Docker/nginx/default.conf.template).
const proxy = {
  ...Object.fromEntries(
    Object.entries(services).map(([name, target]) => [
      `/api/${name}/`,
      { target, xfwd: true, rewrite: (path: string) => path.replace(`/api/${name}`, '') },
    ]),
  ),
  '/ws/': { target: services.messaging, ws: true, xfwd: true },
};

const SHELL = new RegExp(
  [
    'src/routes/guards',
    'src/features/(shell/useLiveInbox|notifications/NotificationBell)\\.',
    'src/lib/(commands|useShortcuts|saveBlob|useNow)\\.',
    'src/features/tasks/(lateWork|trail|LazyBulkBar|ExportButton|LateScopes|TaskTable|TaskFilters|SavedViews|SortMenu|ColumnMenu|columns|use\\w+)\\.',
    'src/components/ui/(FilterButton|PickFilter|LazyMenu|Check|SlaPill|Badge|StatusBadge|PriorityMark|Pager|SearchField|FilterMenu|CheckItem|Person)\\.',
    'src/api/(sockets|choices|account|notifications|tasks|roles|workflows|views|reminders)\\.',
    'material/(Checkbox|FormControlLabel|MenuItem|internal/SwitchBase)/',
    'icons/Icon(Download|MessageBolt|PlayerStop|Alarm|Archive|ArrowsExchange|Bell|BellOff|Bookmark|Calendar|ChartBar|Check|ChevronRight|ChevronLeft|ClipboardList|Columns3|Heartbeat|Help|History|Home|Hourglass|Inbox|LayoutKanban|LayoutSidebar|ListCheck|Logout|Mail|Menu2|PlayerPause|Plus|Search|Shield|Sitemap|SortAscending|Trash|TrendingUp|User|UserCheck|Users|X)\\.',
  ].join('|'),
);

/** What opens over a page. Nothing of it is painted first, so that neither `shared` nor `shell` may hold it. */
const OVERLAY = new RegExp(
  ['material/(Modal|Popover|Backdrop|Unstable_TrapFocus|Fade|Menu)/', 'material/MenuList/MenuList\\.'].join(
    '|',
  ),
);

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
        codeSplitting: {
          groups: [
            { name: 'overlay', test: OVERLAY, priority: 3, includeDependenciesRecursively: false },
            // What nearly every page needs is one file: many small ones compress worse and ask many times.
            { name: 'shared', minShareCount: 28, priority: 2 },
            // And so is what a person meets first after signing in: the frame and the lists.
            { name: 'shell', test: SHELL, priority: 1, includeDependenciesRecursively: false },
          ],
        },
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
