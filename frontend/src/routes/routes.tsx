import type { RouteObject } from 'react-router-dom';
import { patient } from '@/lib/loadCode';
import { engineAdminRoutes, engineRoutes } from './engineRoutes';
import { identityRoutes } from './identityRoutes';
import { RouteError } from './RouteError';

/** Each page is a chunk of its own; the shell and the guards come with the first signed-in page. */
export const routes: RouteObject[] = patient([
  {
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    children: [
      {
        path: '/login',
        lazy: async () => ({ Component: (await import('@/pages/login/LoginPage')).LoginPage }),
      },
      {
        path: '/login/otp',
        lazy: async () => ({ Component: (await import('@/pages/login/OtpPage')).OtpPage }),
      },
      {
        path: '/forgot',
        lazy: async () => ({ Component: (await import('@/pages/login/ForgotPage')).ForgotPage }),
      },
      {
        path: '/reset/:token',
        lazy: async () => ({ Component: (await import('@/pages/login/ResetPage')).ResetPage }),
      },
      {
        path: '/invite/:token',
        lazy: async () => ({ Component: (await import('@/pages/login/InvitePage')).InvitePage }),
      },
      {
        lazy: async () => ({ Component: (await import('./guards')).RequireSession }),
        children: [
          {
            lazy: async () => ({ Component: (await import('@/features/shell/AppShell')).AppShell }),
            children: [
              {
                errorElement: <RouteError />,
                children: [
                  {
                    index: true,
                    lazy: async () => ({ Component: (await import('@/pages/HomePage')).HomePage }),
                  },
                  {
                    path: 'inbox',
                    lazy: async () => ({ Component: (await import('@/pages/InboxPage')).InboxPage }),
                  },
                  ...engineRoutes,
                  {
                    path: 'tickets/:number',
                    lazy: async () => ({
                      Component: (await import('@/pages/TicketPage')).TicketPage,
                    }),
                  },
                  {
                    path: 'notifications',
                    lazy: async () => ({
                      Component: (await import('@/pages/NotificationsPage')).NotificationsPage,
                    }),
                  },
                  {
                    path: 'profile',
                    lazy: async () => ({
                      Component: (await import('@/pages/ProfilePage')).ProfilePage,
                    }),
                  },
                  {
                    path: 'admin',
                    lazy: async () => {
                      const { RequireRole } = await import('./guards');
                      return { element: <RequireRole needed="Admin" /> };
                    },
                    children: [
                      ...identityRoutes,
                      ...engineAdminRoutes,
                      {
                        path: 'workflows',
                        lazy: async () => ({
                          Component: (await import('@/pages/admin/WorkflowListPage')).WorkflowListPage,
                        }),
                      },
                      {
                        path: 'workflows/:id',
                        lazy: async () => ({
                          Component: (await import('@/pages/admin/DesignerPage')).DesignerPage,
                        }),
                      },
                      {
                        path: 'tasks',
                        lazy: async () => ({
                          Component: (await import('@/pages/admin/TaskListPage')).TaskListPage,
                        }),
                      },
                    ],
                  },
                  {
                    path: '*',
                    lazy: async () => ({ Component: (await import('@/pages/MissingPage')).MissingPage }),
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
]);
