import '@/i18n/engine';
import { Box, Button } from '@mui/material';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BoardColumn, columnQuery, type TaskListParams, type TaskRow } from '@/api/tasks';
import { Grow, List, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { BoardCard } from './BoardCard';

/** What dropping the dragged card here comes to; undefined: no card is dragged, or what it may do is being read. */
export type Drop = 'home' | 'legal' | 'illegal' | undefined;

interface Props {
  column: BoardColumn;
  list: TaskListParams;
  drop: Drop;
  busyId: number | null;
  onMenu: (task: TaskRow, anchor: HTMLElement) => void;
  onDrag: (task: TaskRow | null) => void;
  onDrop: (at: HTMLElement) => void;
}

export function BoardColumnSection({ column, list, drop, busyId, onMenu, onDrag, onDrop }: Props) {
  const { t } = useTranslation();
  const [isLong, setLong] = useState(false);
  const [isOver, setOver] = useState(false);
  const found = useInfiniteQuery({ ...columnQuery(list, column), enabled: isLong });
  const tasks =
    isLong && found.data ? distinct(found.data.pages.flatMap((page) => page.results)) : column.tasks;
  const left = column.count - tasks.length;
  const isMore = left > 0 && (!isLong || !found.data || found.hasNextPage);
  const name = column.step?.name ?? t('board.noStep');
  return (
    <Box
      component="section"
      data-column
      data-drop={drop}
      aria-label={t('board.column', { step: name, count: column.count })}
      {...dropTarget({ isAllowed: drop === 'legal', setOver, onDrop })}
      sx={{
        bgcolor: 'surface.sidebar',
        borderRadius: 2,
        p: 1,
        minWidth: 0,
        transition: 'opacity 120ms',
        ...(drop === 'illegal' && { opacity: 0.4 }),
        ...(drop === 'legal' && {
          outline: '2px dashed',
          outlineColor: 'var(--tts-palette-primary-main)',
          outlineOffset: -2,
        }),
        ...(drop === 'legal' && isOver && { bgcolor: 'surface.selected', outlineStyle: 'solid' }),
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, px: 0.75, pb: 1 }}>
        <Grow>
          <Box component="h2" dir="auto" sx={{ m: 0, fontSize: '0.8125rem', fontWeight: 620 }}>
            {name}
          </Box>
          <Text variant="tiny">{column.workflow.name}</Text>
        </Grow>
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
          {column.count}
        </Box>
      </Box>
      <List gap={0.75}>
        {tasks.map((task) => (
          <li key={task.id}>
            <BoardCard task={task} isBusy={task.id === busyId} onMenu={onMenu} onDrag={onDrag} />
          </li>
        ))}
      </List>
      {isLong && found.isError && (
        <Text variant="muted" role="alert" mt={1}>
          {problemText(found.error, t)}
        </Text>
      )}
      {isMore && (
        <Button
          fullWidth
          variant="text"
          loading={isLong && found.isFetching}
          onClick={() => {
            if (!isLong) setLong(true);
            else if (found.data) void found.fetchNextPage();
            else void found.refetch();
          }}
          sx={{ mt: 0.75 }}
        >
          {t('choice.more', { count: left })}
        </Button>
      )}
    </Box>
  );
}

/** Pages that were read at different moments may share a ticket. */
function distinct(tasks: TaskRow[]): TaskRow[] {
  return [...new Map(tasks.map((task) => [task.id, task])).values()];
}

interface Target {
  isAllowed: boolean;
  setOver: (isOver: boolean) => void;
  onDrop: (at: HTMLElement) => void;
}

/** The handlers of a place where a card can be dropped: only where it may be, does the browser let go of it. */
export function dropTarget({ isAllowed, setOver, onDrop }: Target) {
  return {
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (!isAllowed) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
      setOver(true);
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      setOver(false);
      if (!isAllowed) return;
      event.preventDefault();
      onDrop(event.currentTarget);
    },
  };
}
