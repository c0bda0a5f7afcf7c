import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { List } from '@/components/ui/layout';
import type { ToneName } from '@/theme/theme';

export interface Bar {
  key: string | number;
  label: ReactNode;
  value: number;
  /** The list behind the number. */
  to: string;
  tone?: ToneName;
  note?: string;
}

/** A list of numbers with their size beside them; each line leads to what it counts. */
export function Bars({ bars, label }: { bars: Bar[]; label: string }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <List aria-label={label} gap={0.25}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <Box
            component={Link}
            to={bar.to}
            sx={{
              display: 'grid',
              gridTemplateColumns: 'minmax(0, 1fr) auto',
              columnGap: 1.5,
              rowGap: 0.375,
              px: 0.75,
              py: 0.625,
              borderRadius: 1,
              fontSize: '0.8125rem',
              color: 'text.primary',
              textDecoration: 'none',
              '&:hover': { bgcolor: 'surface.hover' },
            }}
          >
            <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
              {bar.label}
              {bar.note && (
                <Box
                  component="span"
                  sx={{ marginInlineStart: 1, fontSize: '0.75rem', color: 'text.secondary' }}
                >
                  {bar.note}
                </Box>
              )}
            </Box>
            <Box component="span" sx={{ fontWeight: 600, fontVariantNumeric: 'tabular-nums' }}>
              {bar.value}
            </Box>
            <Box
              component="span"
              aria-hidden
              sx={{
                gridColumn: '1 / -1',
                height: 5,
                borderRadius: 3,
                bgcolor: 'surface.hover',
                overflow: 'hidden',
              }}
            >
              <Box
                sx={{
                  width: `${(bar.value / most) * 100}%`,
                  height: '100%',
                  borderRadius: 3,
                  bgcolor: `tone.${bar.tone ?? 'blue'}.solid`,
                }}
              />
            </Box>
          </Box>
        </li>
      ))}
    </List>
  );
}
