import { Box, Typography } from '@mui/material';
import { type ReactNode, useId } from 'react';

interface Props {
  title?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}

export function Panel({ title, action, children, flush = false }: Props) {
  const headingId = useId();
  return (
    <Box
      component="section"
      aria-labelledby={title ? headingId : undefined}
      sx={{ bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 2, minWidth: 0 }}
    >
      {title && (
        <Box
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            justifyContent: 'space-between',
            gap: 1,
            minHeight: 42,
            paddingInlineStart: 2,
            paddingInlineEnd: 1.25,
            py: 0.5,
            borderBottom: flush ? 1 : 0,
            borderColor: 'divider',
          }}
        >
          <Typography variant="h3" component="h2" id={headingId}>
            {title}
          </Typography>
          {action}
        </Box>
      )}
      <Box sx={flush ? {} : { px: 2, pb: 2, pt: title ? 0 : 2 }}>{children}</Box>
    </Box>
  );
}
