import { Button } from '@mui/material';
import type { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { Panel } from '@/components/ui/Panel';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconArrowRight, IconInbox } from '@/lib/icons';
import { TaskTable } from './TaskTable';

interface PanelProps {
  title: string;
  query: ReturnType<typeof useQuery<{ results: Parameters<typeof TaskTable>[0]['tasks'] }>>;
  to: string;
  empty: string;
  emptyHint: string;
}

export function TaskPanel({ title, query, to, empty, emptyHint }: PanelProps) {
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
      <QueryState query={query} rows={5} />
      {query.data?.results.length === 0 && (
        <EmptyState icon={<IconInbox size={22} />} title={empty} hint={emptyHint} />
      )}
      {query.data && query.data.results.length > 0 && (
        <TaskTable tasks={query.data.results} label={title} columns={['step', 'status']} fitted />
      )}
    </Panel>
  );
}
