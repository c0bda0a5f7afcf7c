import { Box, Popper } from '@mui/material';

export interface BubbleProps {
  id: string;
  anchor: HTMLElement;
  placement: 'bottom' | 'right';
  text: string;
  onEnter: () => void;
  onLeave: () => void;
}

export function TooltipBubble({ id, anchor, placement, text, onEnter, onLeave }: BubbleProps) {
  return (
    <Popper
      open
      id={id}
      anchorEl={anchor}
      placement={placement}
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      sx={{ zIndex: 'tooltip' }}
    >
      <Box
        sx={{
          m: 1,
          px: 1,
          py: 0.5,
          maxWidth: 300,
          borderRadius: 1,
          fontSize: '0.75rem',
          fontWeight: 500,
          overflowWrap: 'anywhere',
          bgcolor: '#20262a',
          color: '#f2f5f4',
        }}
      >
        {text}
      </Box>
    </Popper>
  );
}
