import { type ComponentProps, lazy, Suspense } from 'react';

const Bar = lazy(async () => ({ default: (await import('./BulkBar')).BulkBar }));

/** Its dialogs come when something is chosen. */
export function LazyBulkBar(props: ComponentProps<typeof Bar>) {
  return (
    <Suspense fallback={null}>
      <Bar {...props} />
    </Suspense>
  );
}
