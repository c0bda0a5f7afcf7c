import type { RouteObject } from 'react-router-dom';

/** Pages of the engine that every agent may open. */
export const engineRoutes: RouteObject[] = [
  {
    path: 'board',
    lazy: async () => ({ Component: (await import('@/pages/board/BoardPage')).BoardPage }),
  },
  {
    path: 'archive',
    lazy: async () => ({ Component: (await import('@/pages/archive/ArchivePage')).ArchivePage }),
  },
];

/** Pages of the engine for administrators, below `/admin`. */
export const engineAdminRoutes: RouteObject[] = [
  {
    index: true,
    lazy: async () => ({
      Component: (await import('@/pages/admin/dashboard/DashboardPage')).DashboardPage,
    }),
  },
  {
    path: 'intake',
    lazy: async () => ({ Component: (await import('@/pages/admin/intake/IntakePage')).IntakePage }),
  },
  {
    path: 'handoffs',
    lazy: async () => ({ Component: (await import('@/pages/admin/handoffs/HandoffsPage')).HandoffsPage }),
  },
  {
    path: 'audit',
    lazy: async () => ({ Component: (await import('@/pages/admin/audit/AuditPage')).AuditPage }),
  },
  {
    path: 'reports',
    lazy: async () => ({ Component: (await import('@/pages/admin/reports/ReportsPage')).ReportsPage }),
  },
];
