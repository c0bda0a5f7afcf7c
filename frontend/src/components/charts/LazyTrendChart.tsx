import { Skeleton } from '@mui/material';
import { type ComponentProps, lazy, Suspense } from 'react';

const Chart = lazy(async () => ({ default: (await import('./TrendChart')).TrendChart }));

/** Charts are large and below the numbers; they come after them. */
export function LazyTrendChart(props: ComponentProps<typeof Chart>) {
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={props.height ?? 220} />}>
      <Chart {...props} />
    </Suspense>
  );
}
