import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { localTarget, notificationListQuery } from '@/api/notifications';
import { type TaskView, taskCountQuery, taskListQuery } from '@/api/tasks';
import { List, Page, Stack, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import { TaskTable } from '@/features/tasks/TaskTable';
import {
  IconAlertTriangle,
  IconArrowRight,
  IconHourglass,
  IconInbox,
  IconUserCheck,
  IconUsers,
} from '@/lib/icons';
import { formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import type { ToneName } from '@/theme/theme';

const ACTIVITY_SHOWN = 7;

const CARDS: { view: TaskView; icon: typeof IconInbox; tone: ToneName }[] = [
  { view: 'mine', icon: IconInbox, tone: 'green' },
  { view: 'at_risk', icon: IconHourglass, tone: 'amber' },
  { view: 'breached', icon: IconAlertTriangle, tone: 'red' },
  { view: 'unassigned', icon: IconUserCheck, tone: 'blue' },
  { view: 'team', icon: IconUsers, tone: 'violet' },
];

export function HomePage() {
  const { t } = useTranslation();
  const user = useUser();
  const next = useQuery(taskListQuery({ view: 'mine', ordering: 'due_at', page_size: 8 }));
  const recent = useQuery(taskListQuery({ view: 'all', ordering: '-created_at', page_size: 6 }));
  return (
    <Page width={1480}>
      <PageHeader title={t(`home.${greeting()}`, { name: user.full_name.split(' ')[0] })} />
      <Box
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(auto-fit, minmax(160px, 1fr))' },
          mb: 2,
        }}
      >
        {CARDS.map((card) => (
          <CountCard key={card.view} {...card} />
        ))}
      </Box>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0, 1fr) 340px' },
          alignItems: 'start',
        }}
      >
        <Stack gap={2}>
          <TaskPanel
            title={t('home.next')}
            query={next}
            to="/inbox"
            empty={t('home.nextEmpty')}
            emptyHint={t('home.nextEmptyHint')}
          />
          <TaskPanel
            title={t('home.recent')}
            query={recent}
            to="/inbox?view=all&ordering=-created_at"
            empty={t('home.recentEmpty')}
            emptyHint={t('home.recentEmptyHint')}
          />
        </Stack>
        <Stack gap={2}>
          <Today />
          <Activity />
        </Stack>
      </Box>
    </Page>
  );
}

function greeting(): 'morning' | 'afternoon' | 'evening' {
  const hour = new Date().getHours();
  return hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

function CountCard({ view, icon: Icon, tone }: (typeof CARDS)[number]) {
  const { t } = useTranslation();
  const count = useQuery(taskCountQuery(view));
  const quiet = count.data === 0;
  return (
    <Box
      component={Link}
      to={view === 'mine' ? '/inbox' : `/inbox?view=${view}`}
      sx={{
        display: 'grid',
        gap: 0.75,
        p: 1.75,
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        borderRadius: 2,
        color: 'text.primary',
        textDecoration: 'none',
        '&:hover': { borderColor: 'text.disabled', bgcolor: 'surface.hover' },
      }}
    >
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 0.875,
          fontSize: '0.75rem',
          color: 'text.secondary',
          fontWeight: 540,
        }}
      >
        <Box
          component="span"
          sx={{ display: 'flex', color: quiet ? 'text.secondary' : `tone.${tone}.solid` }}
        >
          <Icon size={15} aria-hidden />
        </Box>
        {t(`view.${view}`)}
      </Box>
      <Box
        sx={{
          fontSize: '1.625rem',
          fontWeight: 640,
          lineHeight: 1.1,
          letterSpacing: '-0.02em',
          fontVariantNumeric: 'tabular-nums',
          color: quiet ? 'text.secondary' : 'text.primary',
        }}
      >
        {count.isError ? '–' : (count.data ?? '…')}
      </Box>
    </Box>
  );
}

interface PanelProps {
  title: string;
  query: ReturnType<typeof useQuery<{ results: Parameters<typeof TaskTable>[0]['tasks'] }>>;
  to: string;
  empty: string;
  emptyHint: string;
}

function TaskPanel({ title, query, to, empty, emptyHint }: PanelProps) {
  const { t } = useTranslation();
  return (
    <Panel
      flush
      title={title}
      action={
        <Button
          component={Link}
          to={to}
          variant="text"
          color="inherit"
          endIcon={<IconArrowRight size={14} />}
        >
          {t('home.showAll')}
        </Button>
      }
    >
      {query.isPending && <LoadingRows rows={5} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => query.refetch()} />}
      {query.data?.results.length === 0 && (
        <EmptyState icon={<IconInbox size={22} />} title={empty} hint={emptyHint} />
      )}
      {query.data && query.data.results.length > 0 && (
        <TaskTable tasks={query.data.results} label={title} columns={['step', 'status']} />
      )}
    </Panel>
  );
}

/** Midnight here, as the services want it. */
function midnight(now: number): string {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

/** How the day goes so far, over all that this person may see. */
function Today() {
  const { t } = useTranslation();
  const since = midnight(useNow());
  const arrived = useQuery(taskCountQuery('all', { created_after: since }));
  const finished = useQuery(taskCountQuery('done', { closed_after: since }));
  const numbers = [
    {
      label: t('home.created'),
      query: arrived,
      to: `/inbox?view=all&ordering=-created_at&created_after=${encodeURIComponent(since)}`,
    },
    {
      label: t('home.closed'),
      query: finished,
      to: `/inbox?view=done&ordering=-updated_at&closed_after=${encodeURIComponent(since)}`,
    },
  ];
  return (
    <Panel title={t('home.today')}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}>
        {numbers.map(({ label, query, to }) => (
          <Box
            key={label}
            component={Link}
            to={to}
            sx={{
              color: 'text.primary',
              textDecoration: 'none',
              '&:hover span': { textDecoration: 'underline' },
            }}
          >
            <Box component="span" sx={{ display: 'block', fontSize: '0.75rem', color: 'text.secondary' }}>
              {label}
            </Box>
            <Box
              component="strong"
              sx={{ fontSize: '1.25rem', fontWeight: 640, fontVariantNumeric: 'tabular-nums' }}
            >
              {query.isError ? '–' : (query.data ?? '…')}
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

/** The newest notifications: who asked, what came back, what is late. */
function Activity() {
  const { t } = useTranslation();
  const now = useNow();
  const list = useQuery(notificationListQuery());
  const notifications = list.data?.results.slice(0, ACTIVITY_SHOWN) ?? [];
  return (
    <Panel
      flush
      title={t('home.activity')}
      action={
        <Button
          component={Link}
          to="/notifications"
          variant="text"
          color="inherit"
          endIcon={<IconArrowRight size={14} />}
        >
          {t('home.showAll')}
        </Button>
      }
    >
      {list.isPending && <LoadingRows rows={5} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => list.refetch()} />}
      {list.data && notifications.length === 0 && (
        <Box sx={{ px: 2, py: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>
          {t('home.activityEmpty')}
        </Box>
      )}
      <List>
        {notifications.map((notification) => (
          <Box
            component="li"
            key={notification.id}
            sx={{ borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
          >
            <Box
              component={Link}
              to={localTarget(notification.link) ?? '/notifications'}
              sx={{
                display: 'grid',
                gap: 0.125,
                px: 2,
                py: 1,
                color: 'text.primary',
                textDecoration: 'none',
                fontSize: '0.8125rem',
                '&:hover': { bgcolor: 'surface.hover' },
                '&:focus-visible': { outlineOffset: -2 },
              }}
            >
              <Box
                component="span"
                sx={{ fontWeight: notification.is_read ? 450 : 580, overflowWrap: 'anywhere' }}
              >
                {notification.subject}
              </Box>
              <Text component="time" dateTime={notification.created_at} variant="hint">
                {formatRelative(notification.created_at, now)}
              </Text>
            </Box>
          </Box>
        ))}
      </List>
    </Panel>
  );
}
