import { Box, Button, Paper } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type TaskRow, taskListQuery } from '@/api/tasks';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { EmptyState, QueryState } from '@/components/ui/States';
import { USUAL_COLUMNS } from '@/features/tasks/columns';
import { ExportButton } from '@/features/tasks/ExportButton';
import { LazyBulkBar } from '@/features/tasks/LazyBulkBar';
import { SavedViews } from '@/features/tasks/SavedViews';
import { TaskFilters } from '@/features/tasks/TaskFilters';
import { TaskTable } from '@/features/tasks/TaskTable';
import { useLeaveTrail } from '@/features/tasks/trail';
import { useSelection } from '@/features/tasks/useSelection';
import { PAGE_SIZE, useTaskView } from '@/features/tasks/useTaskView';
import { IconListCheck } from '@/lib/icons';

const NONE: TaskRow[] = [];

/** Every task there is, whoever has it: the admin's list behind every number. */
export function TaskListPage() {
  const { t } = useTranslation();
  const view = useTaskView('all');
  const tasks = useQuery(taskListQuery(view.params));
  const [isActing, setActing] = useState(false);
  const { selection, chosenTasks } = useSelection(tasks.data?.results ?? NONE);
  useLeaveTrail(t('nav.tasks'), tasks.data?.results, {
    params: view.params,
    page: view.state.page,
    pageSize: PAGE_SIZE,
    count: tasks.data?.count,
  });
  return (
    <Page width={1680}>
      <PageHeader
        title={t('nav.tasks')}
        actions={
          <>
            <ExportButton list={view.params} columns={USUAL_COLUMNS} disabled={tasks.data?.count === 0} />
            <SavedViews page="tasks" />
          </>
        }
      />
      <Box sx={{ mb: 1.5 }}>
        <TaskFilters view={view} wide />
      </Box>
      <Paper aria-busy={tasks.isFetching} variant="outlined">
        <QueryState query={tasks} rows={9} />
        {tasks.data?.results.length === 0 && (
          <EmptyState
            icon={<IconListCheck size={22} />}
            title={view.filtered ? t('inbox.noMatch') : t('inbox.empty.all.title')}
            hint={view.filtered ? t('inbox.noMatchHint') : t('inbox.empty.all.hint')}
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
          <TaskTable tasks={tasks.data.results} label={t('nav.tasks')} selection={selection} />
        )}
      </Paper>
      {tasks.data && (
        <Pager
          page={view.state.page}
          pageSize={PAGE_SIZE}
          count={tasks.data.count}
          onChange={(page) => view.change({ page })}
        />
      )}
      {(chosenTasks.length > 0 || isActing) && (
        <LazyBulkBar
          tasks={chosenTasks}
          list={
            tasks.data && {
              params: view.params,
              count: tasks.data.count,
              isWholePage: chosenTasks.length === tasks.data.results.length,
            }
          }
          onBusy={setActing}
          onDone={selection.onChange}
        />
      )}
    </Page>
  );
}
