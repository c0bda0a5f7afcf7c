import '@/i18n/engine';
import { Box } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AvailableTransition } from '@/api/tasks';
import { dropTarget } from './BoardColumns';

interface Props {
  transitions: AvailableTransition[];
  onDrop: (transition: AvailableTransition) => void;
}

/** Where a dragged card can be dropped beside the columns: ends of the workflow, and steps without tickets. */
export function DropTray({ transitions, onDrop }: Props) {
  const { t } = useTranslation();
  return (
    <Box
      role="group"
      aria-label={t('board.elsewhere')}
      sx={{
        position: 'fixed',
        bottom: 16,
        insetInline: 16,
        zIndex: 'appBar',
        display: 'flex',
        flexWrap: 'wrap',
        justifyContent: 'center',
        gap: 1.5,
        pointerEvents: 'none',
      }}
    >
      {transitions.map((transition) => (
        <Place key={transition.id} transition={transition} onDrop={onDrop} />
      ))}
    </Box>
  );
}

function Place({ transition, onDrop }: { transition: AvailableTransition; onDrop: Props['onDrop'] }) {
  const { t } = useTranslation();
  const [isOver, setOver] = useState(false);
  return (
    <Box
      data-drop="legal"
      {...dropTarget({ isAllowed: true, setOver, onDrop: () => onDrop(transition) })}
      sx={{
        pointerEvents: 'auto',
        px: 3,
        py: 2,
        borderRadius: 2,
        border: '2px dashed',
        borderStyle: isOver ? 'solid' : 'dashed',
        borderColor: 'primary.main',
        bgcolor: isOver ? 'surface.selected' : 'background.paper',
        boxShadow: 3,
        fontSize: '0.8125rem',
        fontWeight: 560,
      }}
    >
      {transition.name}
      <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400, ml: 1 }}>
        {t('board.to', { step: transition.to_step.name })}
      </Box>
    </Box>
  );
}
