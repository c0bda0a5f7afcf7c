import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** The frame around a list, whatever state it is in. */
export function ListBox({ busy, children }: { busy?: boolean; children: ReactNode }) {
  return (
    <Box
      aria-busy={busy}
      sx={{
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        borderRadius: 2,
        overflow: 'hidden',
      }}
    >
      {children}
    </Box>
  );
}
