import { Box } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  items: { key: string; name: ReactNode; meaning: ReactNode }[];
}

/** Names and what each means, in two columns. */
export function Definitions({ items }: Props) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'max-content minmax(0, 1fr)',
        columnGap: 2,
        rowGap: 0.75,
        fontSize: '0.8125rem',
        '& dd': { m: 0, color: 'text.secondary' },
      }}
    >
      {items.map(({ key, name, meaning }) => (
        <Box key={key} sx={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{meaning}</dd>
        </Box>
      ))}
    </Box>
  );
}
