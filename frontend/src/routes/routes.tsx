import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router-dom';
import { patient } from '@/lib/loadCode';
import { RouteError } from './RouteError';

/** A component that comes with its own chunk. */
function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): { lazy: () => Promise<{ Component: ComponentType }> } {
  return { lazy: async () => ({ Component: (await load())[name] }) };
}

const admin: RouteObject[] = [
  { index: true, ...lazyPage(() => import('@/pages/admin/DashboardPage'), 'DashboardPage') },
  { path: 'workflows', ...lazyPage(() => import('@/pages/admin/WorkflowListPage'), 'WorkflowListPage') },
  { path: 'workflows/:id', ...lazyPage(() => import('@/pages/admin/DesignerPage'), 'DesignerPage') },
  { path: 'calendars', ...lazyPage(() => import('@/pages/admin/CalendarsPage'), 'CalendarsPage') },
  { path: 'tasks', ...lazyPage(() => import('@/pages/admin/TaskListPage'), 'TaskListPage') },
  { path: 'agents', ...lazyPage(() => import('@/pages/admin/PeoplePage'), 'PeoplePage') },
  { path: 'agents/:id', ...lazyPage(() => import('@/pages/admin/PersonPage'), 'PersonPage') },
  { path: 'roles', ...lazyPage(() => import('@/pages/admin/RolesPage'), 'RolesPage') },
  { path: 'notifications', ...lazyPage(() => import('@/pages/admin/MailingsPage'), 'MailingsPage') },
  { path: 'notifications/:id', ...lazyPage(() => import('@/pages/admin/TemplatePage'), 'TemplatePage') },
  { path: 'system', ...lazyPage(() => import('@/pages/admin/SystemPage'), 'SystemPage') },
  { path: 'intake', ...lazyPage(() => import('@/pages/admin/IntakePage'), 'IntakePage') },
  { path: 'handoffs', ...lazyPage(() => import('@/pages/admin/HandoffsPage'), 'HandoffsPage') },
  { path: 'reports', ...lazyPage(() => import('@/pages/admin/ReportsPage'), 'ReportsPage') },
  { path: 'audit', ...lazyPage(() => import('@/pages/admin/AuditPage'), 'AuditPage') },
];

const signedIn: RouteObject[] = [
  { index: true, ...lazyPage(() => import('@/pages/HomePage'), 'HomePage') },
  { path: 'inbox', ...lazyPage(() => import('@/pages/InboxPage'), 'InboxPage') },
  { path: 'board', ...lazyPage(() => import('@/pages/BoardPage'), 'BoardPage') },
  { path: 'archive', ...lazyPage(() => import('@/pages/ArchivePage'), 'ArchivePage') },
  { path: 'canned-replies', ...lazyPage(() => import('@/pages/CannedRepliesPage'), 'CannedRepliesPage') },
  { path: 'canned-replies/:id', ...lazyPage(() => import('@/pages/CannedReplyPage'), 'CannedReplyPage') },
  { path: 'reminders', ...lazyPage(() => import('@/pages/RemindersPage'), 'RemindersPage') },
  { path: 'tickets/:number', ...lazyPage(() => import('@/pages/TicketPage'), 'TicketPage') },
  { path: 'notifications', ...lazyPage(() => import('@/pages/NotificationsPage'), 'NotificationsPage') },
  { path: 'profile', ...lazyPage(() => import('@/pages/ProfilePage'), 'ProfilePage') },
  { path: 'admin', ...lazyPage(() => import('./guards'), 'RequireAdmin'), children: admin },
  { path: '*', ...lazyPage(() => import('@/pages/MissingPage'), 'MissingPage') },
];

/** Each page is a chunk of its own; the shell and the guards come with the first signed-in page. */
export const routes: RouteObject[] = patient([
  {
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    children: [
      { path: '/login', ...lazyPage(() => import('@/pages/login/LoginPage'), 'LoginPage') },
      { path: '/login/otp', ...lazyPage(() => import('@/pages/login/OtpPage'), 'OtpPage') },
      { path: '/forgot', ...lazyPage(() => import('@/pages/login/ForgotPage'), 'ForgotPage') },
      { path: '/reset/:token', ...lazyPage(() => import('@/pages/login/ResetPage'), 'ResetPage') },
      { path: '/invite/:token', ...lazyPage(() => import('@/pages/login/InvitePage'), 'InvitePage') },
      {
        ...lazyPage(() => import('./guards'), 'RequireSession'),
        children: [
          {
            ...lazyPage(() => import('@/features/shell/AppShell'), 'AppShell'),
            children: [{ errorElement: <RouteError />, children: signedIn }],
          },
        ],
      },
    ],
  },
]);
