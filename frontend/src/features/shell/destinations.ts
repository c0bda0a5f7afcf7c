import {
  IconAlarm,
  IconArchive,
  IconArrowsExchange,
  IconCalendar,
  IconChartBar,
  IconClipboardList,
  IconHeartbeat,
  IconHistory,
  IconHome,
  IconInbox,
  IconLayoutKanban,
  IconListCheck,
  IconMail,
  IconMessageBolt,
  IconShield,
  IconSitemap,
  IconTrendingUp,
  IconUsers,
} from '@/lib/icons';

export interface Destination {
  to: string;
  name:
    | 'home'
    | 'inbox'
    | 'board'
    | 'archive'
    | 'cannedReplies'
    | 'reminders'
    | 'dashboard'
    | 'workflows'
    | 'calendars'
    | 'tasks'
    | 'people'
    | 'roles'
    | 'mailings'
    | 'system'
    | 'intake'
    | 'handoffs'
    | 'reports'
    | 'audit';
  icon: typeof IconHome;
  keys: string;
  section: 'work' | 'admin';
  /** Nothing for people who work on no tickets. */
  isForAgents?: boolean;
}

export const DESTINATIONS: Destination[] = [
  { to: '/', name: 'home', icon: IconHome, keys: 'g h', section: 'work' },
  { to: '/inbox', name: 'inbox', icon: IconInbox, keys: 'g i', section: 'work' },
  { to: '/board', name: 'board', icon: IconLayoutKanban, keys: 'g b', section: 'work' },
  { to: '/archive', name: 'archive', icon: IconArchive, keys: 'g z', section: 'work' },
  { to: '/reminders', name: 'reminders', icon: IconAlarm, keys: 'g d', section: 'work', isForAgents: true },
  {
    to: '/canned-replies',
    name: 'cannedReplies',
    icon: IconMessageBolt,
    keys: 'g l',
    section: 'work',
    isForAgents: true,
  },
  { to: '/admin', name: 'dashboard', icon: IconChartBar, keys: 'g f', section: 'admin' },
  { to: '/admin/workflows', name: 'workflows', icon: IconSitemap, keys: 'g w', section: 'admin' },
  { to: '/admin/calendars', name: 'calendars', icon: IconCalendar, keys: 'g c', section: 'admin' },
  { to: '/admin/tasks', name: 'tasks', icon: IconListCheck, keys: 'g t', section: 'admin' },
  { to: '/admin/agents', name: 'people', icon: IconUsers, keys: 'g a', section: 'admin' },
  { to: '/admin/roles', name: 'roles', icon: IconShield, keys: 'g r', section: 'admin' },
  { to: '/admin/notifications', name: 'mailings', icon: IconMail, keys: 'g m', section: 'admin' },
  { to: '/admin/system', name: 'system', icon: IconHeartbeat, keys: 'g s', section: 'admin' },
  { to: '/admin/intake', name: 'intake', icon: IconClipboardList, keys: 'g k', section: 'admin' },
  { to: '/admin/handoffs', name: 'handoffs', icon: IconArrowsExchange, keys: 'g o', section: 'admin' },
  { to: '/admin/reports', name: 'reports', icon: IconTrendingUp, keys: 'g e', section: 'admin' },
  { to: '/admin/audit', name: 'audit', icon: IconHistory, keys: 'g u', section: 'admin' },
];

/** A ticket belongs to the inbox; the two roots are no parents of the others. */
export function isActive({ to }: Destination, path: string): boolean {
  if (to === '/' || to === '/admin') return path === to || path === `${to}/`;
  return path.startsWith(to) || (to === '/inbox' && path.startsWith('/tickets/'));
}
