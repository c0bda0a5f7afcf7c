import type { RouteObject } from 'react-router-dom';
import { engineAdminRoutes, engineRoutes } from './engineRoutes';
import { identityRoutes } from './identityRoutes';
import { patient } from './loadCode';
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
            lazy: async () => ({ Component: (await import('@/components/AppShell')).AppShell }),
            children: [
              {
                errorElement: <RouteError />,
                children: [
                  {
                    index: true,
                    lazy: async () => ({ Component: (await import('@/pages/home/HomePage')).HomePage }),
                  },
                  {
                    path: 'inbox',
                    lazy: async () => ({ Component: (await import('@/pages/inbox/InboxPage')).InboxPage }),
                  },
                  ...engineRoutes,
                  {
                    path: 'tickets/:number',
                    lazy: async () => ({
                      Component: (await import('@/pages/tickets/TicketPage')).TicketPage,
                    }),
                  },
                  {
                    path: 'notifications',
                    lazy: async () => ({
                      Component: (await import('@/pages/notifications/NotificationsPage')).NotificationsPage,
                    }),
                  },
                  {
                    path: 'profile',
                    lazy: async () => ({
                      Component: (await import('@/pages/profile/ProfilePage')).ProfilePage,
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
                          Component: (await import('@/pages/admin/designer/DesignerPage')).DesignerPage,
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
