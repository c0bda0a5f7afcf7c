import { VisuallyHidden } from '@/components/ui/layout';
import '@/i18n/engine';
import { Box, Button, Tab, Tabs } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type AvailableTransition,
  type BoardColumn,
  boardQuery,
  OPEN_STATUSES,
  type TaskRow,
  type TaskView,
} from '@/api/tasks';
import type { TaskStatus } from '@/api/types';
import { ListBox } from '@/components/ui/ListBox';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, QueryState } from '@/components/ui/States';
import { BoardColumnSection, type Drop } from '@/features/tasks/BoardColumns';
import { columnKey, movesElsewhere, movesInto } from '@/features/tasks/boardMoves';
import { DropTray } from '@/features/tasks/DropTray';
import { LateScopes } from '@/features/tasks/LateScopes';
import { MoveMenu } from '@/features/tasks/MoveMenu';
import { TaskFilters } from '@/features/tasks/TaskFilters';
import { useMovable, useMoveTask } from '@/features/tasks/useMoveTask';
import { useTaskView } from '@/features/tasks/useTaskView';
import { IconLayoutKanban } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';

const VIEWS = ['mine', 'team', 'unassigned', 'at_risk', 'breached', 'all'] as const;
const OPEN: TaskStatus[] = [...OPEN_STATUSES];
const NONE: BoardColumn[] = [];
// A dialog is for later; the board is for now.
const MoveTaskDialog = lazyPart(() => import('@/features/tasks/MoveTaskDialog'), 'MoveTaskDialog');

interface OpenMenu {
  task: TaskRow;
  anchor: HTMLElement;
  only?: AvailableTransition[];
}

const stepOf = (task: TaskRow) => task.current_step?.id ?? 0;

/** Open tickets as columns by step. The address is the view, as in the inbox. */
export function BoardPage() {
  const { t } = useTranslation();
  const view = useTaskView('team', { isPersonal: true });
  const { state, change } = view;
  const board = useQuery(boardQuery(view.params));
  const columns = board.data ?? NONE;
  const boardRef = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<TaskRow | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const { detail } = useMovable(dragged);
  const moving = useMoveTask();
  useEffect(() => {
    if (!dragged) return;
    // A card that was taken off the board while it was dragged does not hear of the end.
    const end = () => setDragged(null);
    window.addEventListener('pointerdown', end);
    return () => window.removeEventListener('pointerdown', end);
  }, [dragged]);

  const dropOn = (column: BoardColumn): Drop => {
    if (!detail || !dragged) return undefined;
    if (column.tasks.some((task) => task.id === dragged.id) || column.step_ids.includes(stepOf(dragged)))
      return 'home';
    return movesInto(column, detail).length > 0 ? 'legal' : 'illegal';
  };
  const drop = (column: BoardColumn, at: HTMLElement) => {
    const moves = detail ? movesInto(column, detail) : [];
    setDragged(null);
    if (detail && moves[0] && moves.length === 1) moving.begin(detail, moves[0]);
    else if (dragged) setMenu({ task: dragged, anchor: at, only: moves });
  };

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
      {(board.isPending || board.isError || columns.length === 0) && (
        <ListBox>
          <QueryState query={board} rows={8} />
          {board.data && columns.length === 0 && (
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
            aria-busy={board.isFetching}
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
              <BoardColumnSection
                key={columnKey(column)}
                column={column}
                list={view.params}
                drop={dropOn(column)}
                busyId={moving.busyId}
                onMenu={(task, anchor) => setMenu({ task, anchor })}
                onDrag={setDragged}
                onDrop={(at) => drop(column, at)}
              />
            ))}
          </Box>
        </>
      )}
      {dragged && detail && (
        <DropTray
          transitions={movesElsewhere(columns, detail)}
          onDrop={(transition) => {
            setDragged(null);
            moving.begin(detail, transition);
          }}
        />
      )}
      <MoveMenu
        task={menu?.task ?? null}
        anchor={menu?.anchor ?? null}
        only={menu?.only}
        onChoose={moving.begin}
        onClose={() => setMenu(null)}
      />
      {moving.asking && (
        <Suspense fallback={null}>
          <MoveTaskDialog
            move={moving.asking}
            busy={moving.busyId !== null}
            error={moving.error}
            onSubmit={moving.confirm}
            onClose={moving.cancel}
          />
        </Suspense>
      )}
    </Box>
  );
}
