import { Box } from '@mui/material';
import { useRouteError } from 'react-router-dom';
import { ErrorState } from '@/components/ui/States';

/** A page that broke says so in place. A chunk that a new release removed is cured by loading again. */
export function RouteError() {
  const error = useRouteError();
  console.error(error);
  return (
    <Box component="section" sx={{ p: 3 }}>
      <ErrorState error={error} onRetry={() => window.location.reload()} />
    </Box>
  );
}
