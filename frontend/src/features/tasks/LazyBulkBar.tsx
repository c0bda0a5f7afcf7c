import { type ComponentProps, Suspense } from 'react';
import { lazyPart } from '@/lib/loadCode';

const Bar = lazyPart(() => import('./BulkBar'), 'BulkBar');

/** Its dialogs come when something is chosen. */
export function LazyBulkBar(props: ComponentProps<typeof Bar>) {
  return (
    <Suspense fallback={null}>
      <Bar {...props} />
    </Suspense>
  );
}
