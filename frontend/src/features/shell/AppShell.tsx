import { Box, IconButton, Link as MuiLink, useMediaQuery } from '@mui/material';
import { useColorScheme, useTheme } from '@mui/material/styles';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigate } from 'react-router-dom';
import { remindersQuery } from '@/api/reminders';
import { taskCountQuery } from '@/api/tasks';
import { Kbd } from '@/components/ui/Kbd';
import { Grow } from '@/components/ui/layout';
import { PageLoading } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import { ToastHost } from '@/components/ui/toast';
import { isAdmin, isAgent, useSession, useUser } from '@/context/SessionContext';
import { NotificationBell } from '@/features/notifications/NotificationBell';
import { type Command, useCommands, useOfferCommands } from '@/lib/commands';
import { IconHelp, IconLayoutSidebar, IconMenu2, IconSearch, IconWifiOff } from '@/lib/icons';
import { keyOf } from '@/lib/keyOf';
import { loadCode } from '@/lib/loadCode';
import { useSetting } from '@/lib/settings';
import { useShortcuts } from '@/lib/useShortcuts';
import { AccountMenu } from './AccountMenu';
import { CommandPalette } from './CommandPalette';
import { DESTINATIONS } from './destinations';
import { KeyboardHelp } from './KeyboardHelp';
import { Navigation } from './Navigation';
import { UnsavedGuard } from './UnsavedGuard';
import { useLaterParts } from './useLaterParts';
import { useLiveInbox } from './useLiveInbox';

/** On a phone only. */
const Drawer = lazy(() => loadCode(() => import('@mui/material/Drawer')));

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
  useLaterParts();
  const live = useLiveInbox();
  const mine = useQuery(taskCountQuery('mine'));
  const reminders = useQuery({ ...remindersQuery(), enabled: isAgent(user) });
  const admin = isAdmin(user);

  const destinations = useMemo(
    () =>
      DESTINATIONS.filter((each) => (each.isForAgents ? isAgent(user) : admin || each.section === 'work')),
    [admin, user],
  );

  const isDark = (mode === 'system' ? systemMode : mode) === 'dark';
  const own = useMemo<Command[]>(
    () => [
      ...destinations.map((each) => ({
        id: `go-${each.to}`,
        group: 'go' as const,
        label: t('palette.goTo', { page: t(`nav.${each.name}`) }),
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
      if ((event.metaKey || event.ctrlKey) && keyOf(event) === 'k') {
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
  const counts = { inbox: mine.data, reminders: reminders.data?.length };
  const nav = <Navigation destinations={destinations} slim={slim} counts={counts} />;

  return (
    <Box sx={{ display: 'flex', minHeight: '100dvh', bgcolor: 'surface.canvas' }}>
      <MuiLink
        href="#main"
        sx={{
          position: 'absolute',
          insetInlineStart: 8,
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
            slotProps={{
              paper: { sx: { width: 250, left: 'auto', insetInlineStart: 0, bgcolor: 'surface.sidebar' } },
            }}
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
            borderInlineEnd: '1px solid',
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
          <Grow />
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
      <UnsavedGuard />
      <ToastHost />
    </Box>
  );
}
