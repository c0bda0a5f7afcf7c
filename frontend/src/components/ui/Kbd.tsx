import { Box } from '@mui/material';
import type { ReactNode } from 'react';

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <Box
      component="kbd"
      sx={{
        display: 'inline-grid',
        placeItems: 'center',
        minWidth: 20,
        height: 20,
        px: 0.5,
        borderRadius: 1,
        border: 1,
        borderColor: 'divider',
        bgcolor: 'surface.hover',
        color: 'text.secondary',
        fontFamily: 'inherit',
        fontSize: '0.6875rem',
        fontWeight: 560,
        lineHeight: 1,
      }}
    >
      {children}
    </Box>
  );
}
