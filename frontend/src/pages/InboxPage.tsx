import { Box, Button, Paper } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { TASK_VIEWS, type TaskRow, type TaskView, taskListQuery } from '@/api/tasks';
import { Page } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { Pager } from '@/components/ui/Pager';
import { EmptyState, QueryState } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import { useColumns } from '@/features/tasks/columns';
import { ExportButton } from '@/features/tasks/ExportButton';
import { LateScopes } from '@/features/tasks/LateScopes';
import { LazyBulkBar } from '@/features/tasks/LazyBulkBar';
import { viewCountQuery } from '@/features/tasks/lateWork';
import { SavedViews } from '@/features/tasks/SavedViews';
import { TaskFilters } from '@/features/tasks/TaskFilters';
import { TaskTable } from '@/features/tasks/TaskTable';
import { useLeaveTrail } from '@/features/tasks/trail';
import { useSelection } from '@/features/tasks/useSelection';
import { useSteadyRows } from '@/features/tasks/useSteadyRows';
import { PAGE_SIZE, useTaskView } from '@/features/tasks/useTaskView';
import { type Command, useOfferCommands } from '@/lib/commands';
import { IconInbox } from '@/lib/icons';

const NONE: TaskRow[] = [];

export function InboxPage() {
  const { t } = useTranslation();
  const view = useTaskView('mine', { isPersonal: true });
  const { state, params, change, addressOf, clear, filtered } = view;
  const tasks = useQuery(taskListQuery(params));
  const [columns] = useColumns();
  const [isPointing, setPointing] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const [isActing, setActing] = useState(false);
  const rows = useSteadyRows(
    tasks.data?.results ?? NONE,
    // While another list is being read, the rows are still those of the one before.
    JSON.stringify([params, tasks.isPlaceholderData]),
    !tasks.isPlaceholderData && (isPointing || isChoosing),
  );
  const { selection, chosenTasks } = useSelection(rows.shown.filter((task) => !rows.gone.has(task.id)));
  useLeaveTrail(t('nav.inbox'), tasks.data && rows.shown, {
    params,
    page: state.page,
    pageSize: PAGE_SIZE,
    count: tasks.data?.count,
  });
  if (isChoosing !== chosenTasks.length > 0) setChoosing(chosenTasks.length > 0);

  const offered = useMemo<Command[]>(
    () => [
      ...TASK_VIEWS.map((each) => ({
        id: `view-${each}`,
        group: 'go' as const,
        label: t('inbox.show', { view: t(`view.${each}`) }),
        run: () => change({ view: each }),
      })),
      {
        id: 'focus-search',
        group: 'app',
        label: t('filter.search'),
        keys: '/',
        run: () => document.getElementById('task-search')?.focus(),
      },
      {
        id: 'focus-list',
        group: 'app',
        label: t('inbox.focusList'),
        keys: 'j',
        run: () => document.querySelector<HTMLElement>('a[data-subject]')?.focus(),
      },
    ],
    [change, t],
  );
  useOfferCommands(offered);

  return (
    <Page width={1680}>
      <PageHeader
        title={t('nav.inbox')}
        actions={
          <>
            <ExportButton list={params} columns={columns} disabled={tasks.data?.count === 0} />
            <SavedViews page="inbox" />
          </>
        }
      />
      <Box
        component="nav"
        aria-label={t('inbox.views')}
        sx={{
          display: 'flex',
          gap: 2.25,
          overflowX: 'auto',
          borderBottom: 1,
          borderColor: 'divider',
          mb: 1.5,
        }}
      >
        {TASK_VIEWS.map((each) => (
          <ViewLink key={each} view={each} to={addressOf({ view: each })} isCurrent={each === state.view} />
        ))}
      </Box>
      <LateScopes view={view} />
      <Box sx={{ mb: 1.5 }}>
        <TaskFilters view={view} withColumns />
      </Box>
      <Paper aria-busy={tasks.isFetching} variant="outlined">
        <QueryState query={tasks} rows={9} />
        {tasks.data && rows.shown.length === 0 && (
          <EmptyState
            icon={<IconInbox size={22} />}
            title={filtered ? t('inbox.noMatch') : t(`inbox.empty.${state.view}.title`)}
            hint={filtered ? t('inbox.noMatchHint') : t(`inbox.empty.${state.view}.hint`)}
            action={
              filtered ? (
                <Button variant="outlined" onClick={clear}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {tasks.data && rows.shown.length > 0 && (
          <Box
            aria-busy={tasks.isPlaceholderData}
            sx={{
              position: 'relative',
              opacity: tasks.isPlaceholderData ? 0.6 : 1,
              transition: 'opacity 120ms',
            }}
            onPointerEnter={(event) => setPointing(event.pointerType !== 'touch')}
            onPointerLeave={() => setPointing(false)}
          >
            {rows.fresh > 0 && <ShowNew count={rows.fresh} onShow={rows.show} />}
            <TaskTable
              tasks={rows.shown}
              gone={rows.gone}
              label={t(`view.${state.view}`)}
              columns={columns}
              claimable
              selection={selection}
            />
          </Box>
        )}
      </Paper>
      {tasks.data && (
        <Pager
          page={state.page}
          pageSize={PAGE_SIZE}
          count={tasks.data.count}
          onChange={(page) => change({ page })}
        />
      )}
      {(chosenTasks.length > 0 || isActing) && (
        <LazyBulkBar
          tasks={chosenTasks}
          list={
            tasks.data && {
              params,
              count: tasks.data.count,
              isWholePage: chosenTasks.length === rows.shown.length - rows.gone.size,
            }
          }
          onBusy={setActing}
          onDone={selection.onChange}
        />
      )}
    </Page>
  );
}

/** Over the head of the table, so that it moves no row either. */
function ShowNew({ count, onShow }: { count: number; onShow: () => void }) {
  const { t } = useTranslation();
  return (
    <Box
      role="status"
      sx={{
        position: 'absolute',
        zIndex: 2,
        top: 3,
        insetInlineStart: 0,
        width: '100%',
        textAlign: 'center',
        // What lies beside the button stays within reach.
        pointerEvents: 'none',
        '& button': { pointerEvents: 'auto' },
      }}
    >
      <Button variant="contained" size="small" onClick={onShow} sx={{ minHeight: 28, py: 0 }}>
        {t('inbox.showNew', { count })}
      </Button>
    </Box>
  );
}

function ViewLink({ view, to, isCurrent }: { view: TaskView; to: string; isCurrent: boolean }) {
  const { t } = useTranslation();
  const { user_id } = useUser();
  const count = useQuery({ ...viewCountQuery(view, user_id), enabled: view !== 'all' && view !== 'done' });
  return (
    <Box
      component={Link}
      to={to}
      aria-current={isCurrent ? 'page' : undefined}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.75,
        minHeight: 38,
        px: 0.25,
        flexShrink: 0,
        fontSize: '0.8125rem',
        fontWeight: 560,
        textDecoration: 'none',
        whiteSpace: 'nowrap',
        color: isCurrent ? 'primary.main' : 'text.secondary',
        boxShadow: isCurrent ? 'inset 0 -2px 0 var(--tts-palette-primary-main)' : 'none',
        '&:hover': { color: isCurrent ? 'primary.main' : 'text.primary' },
        '&:focus-visible': { outlineOffset: -2 },
      }}
    >
      {t(`view.${view}`)}
      {count.data !== undefined && count.data > 0 && (
        <Box
          component="span"
          sx={{
            fontSize: '0.6875rem',
            fontWeight: 600,
            fontVariantNumeric: 'tabular-nums',
            px: 0.625,
            borderRadius: 1,
            lineHeight: '17px',
            bgcolor:
              view === 'breached' ? 'tone.red.bg' : view === 'at_risk' ? 'tone.amber.bg' : 'surface.sidebar',
            color:
              view === 'breached' ? 'tone.red.fg' : view === 'at_risk' ? 'tone.amber.fg' : 'text.secondary',
          }}
        >
          {count.data}
        </Box>
      )}
    </Box>
  );
}
