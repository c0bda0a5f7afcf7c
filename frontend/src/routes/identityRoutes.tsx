import type { RouteObject } from 'react-router-dom';

/** People, roles, the system and the wording of notices: pages under /admin. */
export const identityRoutes: RouteObject[] = [
  {
    path: 'agents',
    lazy: async () => ({ Component: (await import('@/pages/admin/PeoplePage')).PeoplePage }),
  },
  {
    path: 'agents/:id',
    lazy: async () => ({ Component: (await import('@/pages/admin/PersonPage')).PersonPage }),
  },
  {
    path: 'roles',
    lazy: async () => ({ Component: (await import('@/pages/admin/RolesPage')).RolesPage }),
  },
  {
    path: 'system',
    lazy: async () => ({ Component: (await import('@/pages/admin/SystemPage')).SystemPage }),
  },
  {
    path: 'notifications',
    lazy: async () => ({
      Component: (await import('@/pages/admin/MailingsPage')).MailingsPage,
    }),
  },
  {
    path: 'notifications/:id',
    lazy: async () => ({
      Component: (await import('@/pages/admin/TemplatePage')).TemplatePage,
    }),
  },
];
