import '@/i18n/engine';
import { Box, ListSubheader, MenuItem } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { AvailableTransition, TaskDetail, TaskRow } from '@/api/tasks';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { problemText } from '@/components/ui/problemText';
import { useMovable } from './useMoveTask';

interface Props {
  /** None: the menu is closed. */
  task: TaskRow | null;
  anchor: HTMLElement | null;
  /** Only those of the ticket's transitions; all unless told. */
  only?: AvailableTransition[];
  onChoose: (task: TaskDetail, transition: AvailableTransition) => void;
  onClose: () => void;
}

/** Where a ticket may go from its step: the transitions that its page offers. */
export function MoveMenu({ task, anchor, only, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const { detail, error } = useMovable(task);
  const offered = only ?? detail?.available_transitions ?? [];
  return (
    <LazyMenu
      anchorEl={anchor}
      open={task !== null}
      onClose={onClose}
      slotProps={{
        list: {
          'aria-label': t('board.moveNamed', { number: task?.ticket_number }),
          dense: true,
          subheader: (
            <ListSubheader
              aria-hidden
              sx={{ typography: 'caption', px: 1.5, py: 0.5, bgcolor: 'transparent' }}
            >
              {t('board.move')}
            </ListSubheader>
          ),
        },
        paper: { sx: { minWidth: 220 } },
      }}
    >
      {detail
        ? offered.map((transition) => (
            <MenuItem
              key={transition.id}
              onClick={() => {
                onClose();
                onChoose(detail, transition);
              }}
            >
              {transition.name}
              <Box component="span" sx={{ color: 'text.secondary', ml: 1 }}>
                {t('board.to', { step: transition.to_step.name })}
              </Box>
            </MenuItem>
          ))
        : !error && <MenuItem disabled>{t('state.loading')}</MenuItem>}
      {detail && offered.length === 0 && <MenuItem disabled>{t('board.noMoves')}</MenuItem>}
      {error && !detail ? <MenuItem disabled>{problemText(error, t)}</MenuItem> : null}
    </LazyMenu>
  );
}
