import { Skeleton } from '@mui/material';
import { type ComponentProps, Suspense } from 'react';
import { lazyPart } from '@/lib/loadCode';

const Chart = lazyPart(() => import('./TrendChart'), 'TrendChart');

/** Charts are large and below the numbers; they come after them. */
export function LazyTrendChart(props: ComponentProps<typeof Chart>) {
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={props.height ?? 220} />}>
      <Chart {...props} />
    </Suspense>
  );
}
