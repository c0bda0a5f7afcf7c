import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import type { ToneName } from '@/theme/theme';

interface Props {
  tone: ToneName;
  children: ReactNode;
  icon?: ReactNode;
  quiet?: boolean;
  title?: string;
}

/** A label with a tone. `quiet` drops the fill and keeps a dot, for dense lists. */
export function Badge({ tone, children, icon, quiet = false, title }: Props) {
  return (
    <Box
      component="span"
      title={title}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.625,
        height: 22,
        px: quiet ? 0 : 0.875,
        borderRadius: 1,
        fontSize: '0.75rem',
        fontWeight: 550,
        lineHeight: 1,
        whiteSpace: 'nowrap',
        color: quiet ? 'text.primary' : `tone.${tone}.fg`,
        bgcolor: quiet ? 'transparent' : `tone.${tone}.bg`,
        '& svg': { flexShrink: 0, color: quiet ? `tone.${tone}.solid` : 'inherit' },
      }}
    >
      {icon ?? (
        <Box
          component="span"
          aria-hidden
          sx={{ width: 7, height: 7, borderRadius: '50%', bgcolor: `tone.${tone}.solid`, flexShrink: 0 }}
        />
      )}
      {children}
    </Box>
  );
}
