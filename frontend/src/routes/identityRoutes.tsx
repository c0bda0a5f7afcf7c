import type { RouteObject } from 'react-router-dom';

/** People, roles, the system and the wording of notices: pages under /admin. */
export const identityRoutes: RouteObject[] = [
  {
    path: 'agents',
    lazy: async () => ({ Component: (await import('@/pages/admin/people/PeoplePage')).PeoplePage }),
  },
  {
    path: 'agents/:id',
    lazy: async () => ({ Component: (await import('@/pages/admin/people/PersonPage')).PersonPage }),
  },
  {
    path: 'roles',
    lazy: async () => ({ Component: (await import('@/pages/admin/roles/RolesPage')).RolesPage }),
  },
  {
    path: 'system',
    lazy: async () => ({ Component: (await import('@/pages/admin/system/SystemPage')).SystemPage }),
  },
  {
    path: 'notifications',
    lazy: async () => ({
      Component: (await import('@/pages/admin/notifications/MailingsPage')).MailingsPage,
    }),
  },
  {
    path: 'notifications/:id',
    lazy: async () => ({
      Component: (await import('@/pages/admin/notifications/TemplatePage')).TemplatePage,
    }),
  },
];
