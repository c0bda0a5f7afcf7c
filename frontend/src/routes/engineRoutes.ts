import type { RouteObject } from 'react-router-dom';

/** Pages of the engine that every agent may open. */
export const engineRoutes: RouteObject[] = [
  {
    path: 'board',
    lazy: async () => ({ Component: (await import('@/pages/BoardPage')).BoardPage }),
  },
  {
    path: 'archive',
    lazy: async () => ({ Component: (await import('@/pages/ArchivePage')).ArchivePage }),
  },
];

/** Pages of the engine for administrators, below `/admin`. */
export const engineAdminRoutes: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({
      Component: (await import('@/pages/admin/DashboardPage')).DashboardPage,
    }),
  },
  {
    path: 'intake',
    lazy: async () => ({ Component: (await import('@/pages/admin/IntakePage')).IntakePage }),
  },
  {
    path: 'handoffs',
    lazy: async () => ({ Component: (await import('@/pages/admin/HandoffsPage')).HandoffsPage }),
  },
  {
    path: 'audit',
    lazy: async () => ({ Component: (await import('@/pages/admin/AuditPage')).AuditPage }),
  },
  {
    path: 'reports',
    lazy: async () => ({ Component: (await import('@/pages/admin/ReportsPage')).ReportsPage }),
  },
];
