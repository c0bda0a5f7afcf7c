import { Box, IconButton, Menu, MenuItem, Link as MuiLink, useMediaQuery } from '@mui/material';
import { useColorScheme, useTheme } from '@mui/material/styles';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router-dom';
import { meQuery } from '@/api/account';
import { taskCountQuery } from '@/api/tasks';
import { Kbd } from '@/components/ui/Kbd';
import { Logo } from '@/components/ui/Logo';
import { PersonAvatar } from '@/components/ui/Person';
import { PageLoading } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { ToastHost } from '@/components/ui/toast';
import { isAdmin, ttsRoles, useSession, useUser } from '@/context/SessionContext';
import { NotificationBell } from '@/features/notifications/NotificationBell';
import { type Command, useCommands, useOfferCommands } from '@/lib/commands';
import {
  IconArchive,
  IconArrowsExchange,
  IconChartBar,
  IconClipboardList,
  IconHeartbeat,
  IconHelp,
  IconHistory,
  IconHome,
  IconInbox,
  IconLayoutKanban,
  IconLayoutSidebar,
  IconListCheck,
  IconLogout,
  IconMail,
  IconMenu2,
  IconSearch,
  IconShield,
  IconSitemap,
  IconTrendingUp,
  IconUser,
  IconUsers,
  IconWifiOff,
} from '@/lib/icons';
import { loadCode } from '@/lib/loadCode';
import { useSetting } from '@/lib/settings';
import { useShortcuts } from '@/lib/useShortcuts';
import { CommandPalette } from './CommandPalette';
import { KeyboardHelp } from './KeyboardHelp';
import { useLiveInbox } from './useLiveInbox';

/** On a phone only. */
const Drawer = lazy(() => loadCode(() => import('@mui/material/Drawer')));

interface Destination {
  to: string;
  label: string;
  icon: typeof IconHome;
  keys: string;
  section: 'work' | 'admin';
  count?: number;
  isActive: (path: string) => boolean;
}

export function AppShell() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const location = useLocation();
  const { signOut } = useSession();
  const { mode, setMode, systemMode } = useColorScheme();
  const theme = useTheme();
  const isNarrow = useMediaQuery(theme.breakpoints.down('md'));
  const [sidebar, setSidebar] = useSetting('sidebar');
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const live = useLiveInbox();
  const mine = useQuery(taskCountQuery('mine'));
  const admin = isAdmin(user);

  const destinations = useMemo<Destination[]>(() => {
    const work: Destination[] = [
      {
        to: '/',
        label: t('nav.home'),
        icon: IconHome,
        keys: 'g h',
        section: 'work',
        isActive: (path) => path === '/',
      },
      {
        to: '/inbox',
        label: t('nav.inbox'),
        icon: IconInbox,
        keys: 'g i',
        section: 'work',
        count: mine.data,
        isActive: (path) => path.startsWith('/inbox') || path.startsWith('/tickets/'),
      },
      {
        to: '/board',
        label: t('nav.board'),
        icon: IconLayoutKanban,
        keys: 'g b',
        section: 'work',
        isActive: (path) => path.startsWith('/board'),
      },
      {
        to: '/archive',
        label: t('nav.archive'),
        icon: IconArchive,
        keys: 'g z',
        section: 'work',
        isActive: (path) => path.startsWith('/archive'),
      },
    ];
    if (!admin) return work;
    return [
      ...work,
      {
        to: '/admin',
        label: t('nav.dashboard'),
        icon: IconChartBar,
        keys: 'g f',
        section: 'admin',
        isActive: (path) => path === '/admin' || path === '/admin/',
      },
      {
        to: '/admin/workflows',
        label: t('nav.workflows'),
        icon: IconSitemap,
        keys: 'g w',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/workflows'),
      },
      {
        to: '/admin/tasks',
        label: t('nav.tasks'),
        icon: IconListCheck,
        keys: 'g t',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/tasks'),
      },
      {
        to: '/admin/agents',
        label: t('nav.people'),
        icon: IconUsers,
        keys: 'g a',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/agents'),
      },
      {
        to: '/admin/roles',
        label: t('nav.roles'),
        icon: IconShield,
        keys: 'g r',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/roles'),
      },
      {
        to: '/admin/notifications',
        label: t('nav.mailings'),
        icon: IconMail,
        keys: 'g m',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/notifications'),
      },
      {
        to: '/admin/system',
        label: t('nav.system'),
        icon: IconHeartbeat,
        keys: 'g s',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/system'),
      },
      {
        to: '/admin/intake',
        label: t('nav.intake'),
        icon: IconClipboardList,
        keys: 'g k',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/intake'),
      },
      {
        to: '/admin/handoffs',
        label: t('nav.handoffs'),
        icon: IconArrowsExchange,
        keys: 'g o',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/handoffs'),
      },
      {
        to: '/admin/reports',
        label: t('nav.reports'),
        icon: IconTrendingUp,
        keys: 'g e',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/reports'),
      },
      {
        to: '/admin/audit',
        label: t('nav.audit'),
        icon: IconHistory,
        keys: 'g u',
        section: 'admin',
        isActive: (path) => path.startsWith('/admin/audit'),
      },
    ];
  }, [admin, mine.data, t]);

  const isDark = (mode === 'system' ? systemMode : mode) === 'dark';
  const own = useMemo<Command[]>(
    () => [
      ...destinations.map((each) => ({
        id: `go-${each.to}`,
        group: 'go' as const,
        label: t('palette.goTo', { page: each.label }),
        keys: each.keys,
        run: () => navigate(each.to),
      })),
      {
        id: 'go-notifications',
        group: 'go',
        label: t('palette.goTo', { page: t('bell.title') }),
        keys: 'g n',
        run: () => navigate('/notifications'),
      },
      {
        id: 'go-profile',
        group: 'go',
        label: t('palette.goTo', { page: t('nav.profile') }),
        keys: 'g p',
        run: () => navigate('/profile'),
      },
      {
        id: 'theme',
        group: 'app',
        label: t(isDark ? 'palette.light' : 'palette.dark'),
        run: () => setMode(isDark ? 'light' : 'dark'),
      },
      { id: 'help', group: 'app', label: t('help.title'), keys: '?', run: () => setHelp(true) },
      { id: 'sign-out', group: 'app', label: t('action.signOut'), run: () => void signOut() },
    ],
    [destinations, isDark, navigate, setMode, signOut, t],
  );
  useOfferCommands(own);
  const commands = useCommands();
  useShortcuts(commands);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes because the path changed
  useEffect(() => setDrawerOpen(false), [location.pathname]);

  const slim = !isNarrow && sidebar === 'slim';
  const nav = <Navigation destinations={destinations} slim={slim} />;

  return (
    <Box sx={{ display: 'flex', minHeight: '100dvh', bgcolor: 'surface.canvas' }}>
      <MuiLink
        href="#main"
        sx={{
          position: 'absolute',
          left: 8,
          top: -60,
          zIndex: 2000,
          bgcolor: 'background.paper',
          p: 1,
          borderRadius: 1,
          '&:focus': { top: 8 },
        }}
      >
        {t('nav.skip')}
      </MuiLink>
      {isNarrow ? (
        <Suspense fallback={null}>
          <Drawer
            open={drawerOpen}
            onClose={() => setDrawerOpen(false)}
            slotProps={{ paper: { sx: { width: 250, bgcolor: 'surface.sidebar' } } }}
          >
            {nav}
          </Drawer>
        </Suspense>
      ) : (
        <Box
          sx={{
            width: slim ? 56 : 216,
            flexShrink: 0,
            position: 'sticky',
            top: 0,
            height: '100dvh',
            bgcolor: 'surface.sidebar',
            borderRight: 1,
            borderColor: 'divider',
          }}
        >
          {nav}
        </Box>
      )}
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Box
          component="header"
          sx={{
            position: 'sticky',
            top: 0,
            zIndex: 20,
            display: 'flex',
            alignItems: 'center',
            gap: 0.75,
            height: 48,
            px: { xs: 1, sm: 2 },
            bgcolor: 'surface.canvas',
            borderBottom: 1,
            borderColor: 'divider',
          }}
        >
          <Tooltip title={t(isNarrow ? 'nav.open' : 'nav.toggle')}>
            <IconButton
              aria-label={t(isNarrow ? 'nav.open' : 'nav.toggle')}
              onClick={() => (isNarrow ? setDrawerOpen(true) : setSidebar(slim ? 'wide' : 'slim'))}
            >
              {isNarrow ? <IconMenu2 size={18} /> : <IconLayoutSidebar size={18} />}
            </IconButton>
          </Tooltip>
          <Box
            component="button"
            type="button"
            onClick={() => setPalette(true)}
            aria-label={t('palette.title')}
            sx={{
              display: 'flex',
              alignItems: 'center',
              gap: 1,
              flex: '0 1 340px',
              minWidth: 0,
              height: 32,
              px: 1.25,
              font: 'inherit',
              fontSize: '0.8125rem',
              color: 'text.secondary',
              bgcolor: 'background.paper',
              border: 1,
              borderStyle: 'solid',
              borderColor: 'divider',
              borderRadius: 1,
              cursor: 'pointer',
              '&:hover': { borderColor: 'text.disabled' },
            }}
          >
            <IconSearch size={15} aria-hidden />
            <Box
              sx={{
                flex: 1,
                textAlign: 'start',
                overflow: 'hidden',
                whiteSpace: 'nowrap',
                textOverflow: 'ellipsis',
              }}
            >
              {t('palette.placeholder')}
            </Box>
            <Box aria-hidden sx={{ display: { xs: 'none', sm: 'flex' }, gap: 0.5 }}>
              <Kbd>{navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'}</Kbd>
              <Kbd>K</Kbd>
            </Box>
          </Box>
          <Box sx={{ flex: 1 }} />
          {live === 'waiting' && (
            <Tooltip title={t('state.offlineHint')}>
              <Box
                role="status"
                sx={{
                  display: 'flex',
                  alignItems: 'center',
                  gap: 0.75,
                  color: 'tone.amber.fg',
                  bgcolor: 'tone.amber.bg',
                  borderRadius: 1,
                  px: 1,
                  height: 26,
                  fontSize: '0.75rem',
                }}
              >
                <IconWifiOff size={14} aria-hidden />
                <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
                  {t('state.offline')}
                </Box>
              </Box>
            </Tooltip>
          )}
          <Tooltip title={t('help.title')}>
            <IconButton
              aria-label={t('help.title')}
              onClick={() => setHelp(true)}
              sx={{ display: { xs: 'none', sm: 'inline-flex' } }}
            >
              <IconHelp size={18} />
            </IconButton>
          </Tooltip>
          <NotificationBell />
          <AccountMenu />
        </Box>
        <Box
          component="main"
          id="main"
          tabIndex={-1}
          sx={{ flex: 1, minWidth: 0, px: { xs: 1.5, sm: 3 }, py: { xs: 2, sm: 2.5 }, outline: 'none' }}
        >
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </Box>
      </Box>
      <CommandPalette open={palette} onClose={() => setPalette(false)} commands={commands} />
      <KeyboardHelp open={help} onClose={() => setHelp(false)} commands={commands} />
      <ToastHost />
    </Box>
  );
}

function Navigation({ destinations, slim }: { destinations: Destination[]; slim: boolean }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Box
      component="nav"
      aria-label={t('nav.label')}
      sx={{ display: 'flex', flexDirection: 'column', p: 1, gap: 0.25 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 0.75, height: 40, mb: 1 }}>
        <Logo />
        {!slim && (
          <Box sx={{ fontWeight: 650, fontSize: '0.875rem', letterSpacing: '-0.01em' }}>{t('app.short')}</Box>
        )}
      </Box>
      {(['work', 'admin'] as const).map((section) => {
        const items = destinations.filter((each) => each.section === section);
        if (items.length === 0) return null;
        return (
          <Box key={section} sx={{ mb: 1.5 }}>
            {!slim && section === 'admin' && (
              <Box sx={{ typography: 'overline', color: 'text.secondary', px: 1, pb: 0.5 }}>
                {t('nav.admin')}
              </Box>
            )}
            {items.map((item) => {
              const active = item.isActive(pathname);
              return (
                <Tooltip key={item.to} title={slim ? item.label : ''} placement="right">
                  <Box
                    component={Link}
                    to={item.to}
                    aria-current={active ? 'page' : undefined}
                    aria-label={item.label}
                    sx={{
                      display: 'flex',
                      alignItems: 'center',
                      gap: 1.25,
                      height: 34,
                      px: 1.25,
                      borderRadius: 1,
                      fontSize: '0.8125rem',
                      fontWeight: active ? 600 : 500,
                      color: active ? 'text.primary' : 'text.secondary',
                      bgcolor: active ? 'surface.selected' : 'transparent',
                      textDecoration: 'none',
                      '&:hover': {
                        bgcolor: active ? 'surface.selected' : 'surface.hover',
                        color: 'text.primary',
                      },
                      '& svg': { color: active ? 'primary.main' : 'inherit', flexShrink: 0 },
                    }}
                  >
                    <item.icon size={17} aria-hidden />
                    {!slim && <Box sx={{ flex: 1 }}>{item.label}</Box>}
                    {!slim && item.count !== undefined && item.count > 0 && (
                      <Box
                        sx={{
                          fontSize: '0.75rem',
                          color: 'text.secondary',
                          fontVariantNumeric: 'tabular-nums',
                        }}
                      >
                        {item.count}
                      </Box>
                    )}
                  </Box>
                </Tooltip>
              );
            })}
          </Box>
        );
      })}
    </Box>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const { signOut } = useSession();
  const navigate = useNavigate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const me = useQuery({ ...meQuery(), staleTime: 5 * 60_000 });
  const close = () => setAnchor(null);
  return (
    <>
      <Tooltip title={user.full_name}>
        <IconButton
          aria-label={t('nav.account', { name: user.full_name })}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <PersonAvatar person={user} size={24} picture={me.data?.avatar_url || undefined} />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Box sx={{ px: 1, pt: 0.5, pb: 1, borderBottom: 1, borderColor: 'divider', mb: 0.5, minWidth: 200 }}>
          <Box sx={{ fontSize: '0.8125rem', fontWeight: 600 }}>{user.full_name}</Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{ttsRoles(user).join(', ')}</Box>
        </Box>
        <MenuItem
          onClick={() => {
            close();
            navigate('/profile');
          }}
        >
          <IconUser size={16} aria-hidden />
          {t('nav.profile')}
        </MenuItem>
        <MenuItem
          onClick={() => {
            close();
            void signOut();
          }}
        >
          <IconLogout size={16} aria-hidden />
          {t('action.signOut')}
        </MenuItem>
      </Menu>
    </>
  );
}
