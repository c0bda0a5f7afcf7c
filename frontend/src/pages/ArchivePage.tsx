import { Page } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { taskListQuery } from '@/api/tasks';
import type { TaskStatus } from '@/api/types';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { EmptyState, QueryState } from '@/components/ui/States';
import { ClosedFilter } from '@/features/tasks/ClosedFilter';
import { ARCHIVE_COLUMNS } from '@/features/tasks/columns';
import { ExportButton } from '@/features/tasks/ExportButton';
import { TaskFilters } from '@/features/tasks/TaskFilters';
import { TaskTable } from '@/features/tasks/TaskTable';
import { useLeaveTrail } from '@/features/tasks/trail';
import { PAGE_SIZE, useTaskView } from '@/features/tasks/useTaskView';
import { IconArchive } from '@/lib/icons';

const FINISHED: TaskStatus[] = ['completed', 'rejected', 'cancelled'];

/** The view without the closed dates, which have fields of their own here instead of a chip. */
function shownElsewhere(view: ReturnType<typeof useTaskView>): ReturnType<typeof useTaskView> {
  return { ...view, state: { ...view.state, closed_after: '', closed_before: '' } };
}

/** Finished work, newest first. */
export function ArchivePage() {
  const { t } = useTranslation();
  const view = useTaskView('done');
  const params = { ...view.params, view: 'done' as const, ordering: '-closed_at' };
  const tasks = useQuery(taskListQuery(params));
  useLeaveTrail(t('archive.title'), tasks.data?.results, {
    params,
    page: view.state.page,
    pageSize: PAGE_SIZE,
    count: tasks.data?.count,
  });
  return (
    <Page width={1680}>
      <PageHeader
        title={t('archive.title')}
        actions={<ExportButton list={params} columns={ARCHIVE_COLUMNS} disabled={tasks.data?.count === 0} />}
      />
      <Box sx={{ mb: 1.5 }}>
        <TaskFilters view={shownElsewhere(view)} sortable={false} statuses={FINISHED} />
        <ClosedFilter view={view} />
      </Box>
      <ListBox busy={tasks.isFetching}>
        <QueryState query={tasks} rows={9} />
        {tasks.data?.results.length === 0 && (
          <EmptyState
            icon={<IconArchive size={22} />}
            title={t(view.filtered ? 'inbox.noMatch' : 'archive.empty')}
            hint={t(view.filtered ? 'inbox.noMatchHint' : 'archive.emptyHint')}
            action={
              view.filtered ? (
                <Button variant="outlined" onClick={view.clear}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {tasks.data && tasks.data.results.length > 0 && (
          <TaskTable
            tasks={tasks.data.results}
            label={t('archive.title')}
            columns={ARCHIVE_COLUMNS}
            isFinished
          />
        )}
      </ListBox>
      {tasks.data && (
        <Pager
          page={view.state.page}
          pageSize={PAGE_SIZE}
          count={tasks.data.count}
          onChange={(page) => view.change({ page })}
        />
      )}
    </Page>
  );
}
