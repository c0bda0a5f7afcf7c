import { Skeleton } from '@mui/material';
import { type ComponentProps, Suspense } from 'react';
import { lazyPart } from '@/lib/loadCode';

const Graph = lazyPart(() => import('./WorkflowGraph'), 'WorkflowGraph');

/** The graph library is half the size of the rest together, so it comes after the page. */
export function LazyWorkflowGraph(props: ComponentProps<typeof Graph>) {
  return (
    <Suspense fallback={<Skeleton variant="rounded" height={props.height ?? 230} />}>
      <Graph {...props} />
    </Suspense>
  );
}
