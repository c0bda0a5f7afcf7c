import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type TaskView, taskCountQuery, taskListQuery } from '@/api/tasks';
import { TaskTable } from '@/components/tasks/TaskTable';
import {
  IconAlertTriangle,
  IconArrowRight,
  IconHourglass,
  IconInbox,
  IconUserCheck,
  IconUsers,
} from '@/components/ui/icons';
import { PageHeader } from '@/components/ui/PageHeader';
import { Panel } from '@/components/ui/Panel';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import type { ToneName } from '@/theme/theme';

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
  const recent = useQuery(taskListQuery({ view: 'all', ordering: '-created_at', page_size: 8 }));
  return (
    <Box sx={{ maxWidth: 1320, mx: 'auto' }}>
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
          gridTemplateColumns: { xs: 'minmax(0,1fr)', xl: 'repeat(2, minmax(0, 1fr))' },
          alignItems: 'start',
        }}
      >
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
      </Box>
    </Box>
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
        <TaskTable tasks={query.data.results} label={title} compact />
      )}
    </Panel>
  );
}
