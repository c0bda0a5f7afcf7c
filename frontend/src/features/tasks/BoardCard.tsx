import '@/i18n/engine';
import { Box, IconButton } from '@mui/material';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { TaskRow } from '@/api/tasks';
import { Grow, Row, Text, VisuallyHidden } from '@/components/ui/layout';
import { PersonAvatar } from '@/components/ui/Person';
import { PriorityMark } from '@/components/ui/PriorityMark';
import { SlaPill } from '@/components/ui/SlaPill';
import { IconDots } from '@/lib/icons';
import { keyOf } from '@/lib/keyOf';
import { getSetting } from '@/lib/settings';

interface Props {
  task: TaskRow;
  /** It is being moved. */
  isBusy: boolean;
  onMenu: (task: TaskRow, anchor: HTMLElement) => void;
  onDrag: (task: TaskRow | null) => void;
}

export function BoardCard({ task, isBusy, onMenu, onDrag }: Props) {
  const { t } = useTranslation();
  const cardRef = useRef<HTMLDivElement>(null);
  const openMenu = () => cardRef.current && onMenu(task, cardRef.current);
  return (
    <Box
      ref={cardRef}
      data-card={task.id}
      aria-busy={isBusy || undefined}
      draggable={!isBusy}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', task.ticket_number);
        onDrag(task);
      }}
      onDragEnd={() => onDrag(null)}
      onKeyDown={(event) => {
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
        if (isPlain && keyOf(event.nativeEvent).toLowerCase() === 'm' && getSetting('shortcuts') !== 'off') {
          event.preventDefault();
          openMenu();
        }
      }}
      sx={{
        position: 'relative',
        borderRadius: 1.5,
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        fontSize: '0.8125rem',
        cursor: 'grab',
        opacity: isBusy ? 0.5 : 1,
        '&:hover': { borderColor: 'text.disabled' },
      }}
    >
      <Box
        component={Link}
        data-subject
        draggable={false}
        to={`/tickets/${task.ticket_number}`}
        aria-keyshortcuts="m"
        sx={{
          display: 'grid',
          gap: 0.75,
          p: 1.25,
          borderRadius: 1.5,
          color: 'text.primary',
          textDecoration: 'none',
        }}
      >
        <Box component="span" dir="auto" sx={{ fontWeight: 540, overflowWrap: 'anywhere', pr: 3 }}>
          {task.subject}
        </Box>
        <Row component="span" gap={1} align="center" nowrap>
          <PriorityMark priority={task.priority} />
          <Box
            component="span"
            sx={{ fontSize: '0.75rem', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}
          >
            {task.ticket_number}
          </Box>
        </Row>
        <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 24 }}>
          <SlaPill sla={task.sla} />
          <Grow component="span" />
          {task.assignee && (
            <Row component="span" title={task.assignee.full_name} nowrap>
              <PersonAvatar person={task.assignee} size={20} />
              <VisuallyHidden>{task.assignee.full_name}</VisuallyHidden>
            </Row>
          )}
          {!task.assignee && (
            <Text component="span" variant="hint">
              {t('field.nobody')}
            </Text>
          )}
        </Box>
      </Box>
      <IconButton
        size="small"
        disabled={isBusy}
        aria-haspopup="menu"
        aria-label={t('board.moveNamed', { number: task.ticket_number })}
        onClick={openMenu}
        sx={{ position: 'absolute', top: 4, insetInlineEnd: 4 }}
      >
        <IconDots size={16} />
      </IconButton>
    </Box>
  );
}
