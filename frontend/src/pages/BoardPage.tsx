import { Grow, List, Text, VisuallyHidden } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button, Tab, Tabs } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { OPEN_STATUSES, type TaskView, taskListQuery } from '@/api/tasks';
import type { TaskStatus } from '@/api/types';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, QueryState } from '@/components/ui/States';
import { BoardCard } from '@/features/tasks/BoardCard';
import { columnsOf } from '@/features/tasks/boardColumns';
import { LateScopes } from '@/features/tasks/LateScopes';
import { TaskFilters } from '@/features/tasks/TaskFilters';
import { useTaskView } from '@/features/tasks/useTaskView';
import { IconLayoutKanban } from '@/lib/icons';

const VIEWS = ['mine', 'team', 'unassigned', 'at_risk', 'breached', 'all'] as const;
const OPEN: TaskStatus[] = [...OPEN_STATUSES];
const MOST = 100;

/** Open tickets as columns by step. The address is the view, as in the inbox. */
export function BoardPage() {
  const { t } = useTranslation();
  const view = useTaskView('team', { isPersonal: true });
  const { state, change } = view;
  const tasks = useQuery(
    taskListQuery({
      ...view.params,
      status: view.params.status?.length ? view.params.status : OPEN,
      page: 1,
      page_size: MOST,
    }),
  );
  const columns = useMemo(() => columnsOf(tasks.data?.results ?? []), [tasks.data]);
  const boardRef = useRef<HTMLDivElement>(null);

  const walk = (event: KeyboardEvent) => {
    const cards = (column: number) => [
      ...(boardRef.current
        ?.querySelectorAll('[data-column]')
        [column]?.querySelectorAll<HTMLElement>('a[data-subject]') ?? []),
    ];
    const at = columns.findIndex((_column, index) =>
      cards(index).includes(document.activeElement as HTMLElement),
    );
    if (at < 0) return;
    const row = cards(at).indexOf(document.activeElement as HTMLElement);
    const beside = (column: number) => cards(column)[Math.min(row, cards(column).length - 1)];
    const target = {
      ArrowDown: cards(at)[row + 1],
      ArrowUp: cards(at)[row - 1],
      ArrowRight: beside(at + 1),
      ArrowLeft: beside(at - 1),
      Home: beside(0),
      End: beside(columns.length - 1),
    }[event.key];
    if (target) {
      event.preventDefault();
      target.focus();
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  };

  return (
    <Box>
      <PageHeader title={t('board.title')} />
      <Tabs
        value={VIEWS.find((each) => each === state.view) ?? 'team'}
        onChange={(_event, next: TaskView) => change({ view: next })}
        variant="scrollable"
        scrollButtons={false}
        aria-label={t('inbox.views')}
        sx={{ borderBottom: 1, borderColor: 'divider', mb: 1.5 }}
      >
        {VIEWS.map((each) => (
          <Tab key={each} value={each} label={t(`view.${each}`)} />
        ))}
      </Tabs>
      <LateScopes view={view} />
      <Box sx={{ mb: 1.5 }}>
        <TaskFilters view={view} statuses={OPEN} />
      </Box>
      {(tasks.isPending || tasks.isError || columns.length === 0) && (
        <ListBox>
          <QueryState query={tasks} rows={8} />
          {tasks.data && columns.length === 0 && (
            <EmptyState
              icon={<IconLayoutKanban size={22} />}
              title={t(view.filtered ? 'inbox.noMatch' : 'board.empty')}
              hint={t(view.filtered ? 'inbox.noMatchHint' : 'board.emptyHint')}
              action={
                view.filtered ? (
                  <Button variant="outlined" onClick={view.clear}>
                    {t('filter.clear')}
                  </Button>
                ) : undefined
              }
            />
          )}
        </ListBox>
      )}
      {columns.length > 0 && (
        <>
          <VisuallyHidden id="board-hint">{t('board.hint')}</VisuallyHidden>
          <Box
            ref={boardRef}
            role="group"
            aria-label={t('board.title')}
            aria-describedby="board-hint"
            aria-busy={tasks.isFetching}
            onKeyDown={walk}
            sx={{
              position: 'relative',
              display: 'grid',
              gridAutoFlow: 'column',
              gridAutoColumns: 'minmax(248px, 300px)',
              gap: 1.5,
              alignItems: 'start',
              overflowX: 'auto',
              pb: 1.5,
            }}
          >
            {columns.map((column) => (
              <Box
                key={column.key}
                component="section"
                data-column
                aria-label={t('board.column', {
                  step: column.step ?? t('board.noStep'),
                  count: column.tasks.length,
                })}
                sx={{ bgcolor: 'surface.sidebar', borderRadius: 2, p: 1, minWidth: 0 }}
              >
                <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, px: 0.75, pb: 1 }}>
                  <Grow>
                    <Box component="h2" sx={{ m: 0, fontSize: '0.8125rem', fontWeight: 620 }}>
                      {column.step ?? t('board.noStep')}
                    </Box>
                    <Text variant="tiny">{column.workflow}</Text>
                  </Grow>
                  <Box
                    sx={{ fontSize: '0.75rem', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
                  >
                    {column.tasks.length}
                  </Box>
                </Box>
                <List gap={0.75}>
                  {column.tasks.map((task) => (
                    <li key={task.id}>
                      <BoardCard task={task} />
                    </li>
                  ))}
                </List>
              </Box>
            ))}
          </Box>
          {tasks.data && tasks.data.count > MOST && (
            <Text role="status" variant="muted" mt={1}>
              {t('board.more', { shown: MOST, count: tasks.data.count })}
            </Text>
          )}
        </>
      )}
    </Box>
  );
}
