import { Paper } from '@mui/material';
import type { ReactNode } from 'react';

/** The frame around a list, whatever state it is in. */
export function ListBox({ busy, children }: { busy?: boolean; children: ReactNode }) {
  return (
    <Paper aria-busy={busy} variant="outlined">
      {children}
    </Paper>
  );
}
