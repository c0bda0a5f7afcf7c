import { Suspense } from 'react';
import { lazyPart } from '@/lib/loadCode';
import type { KeyboardHelpProps } from './KeyboardHelpDialog';

const Dialog = lazyPart(() => import('./KeyboardHelpDialog'), 'KeyboardHelpDialog');

/** Comes with its first use. */
export function KeyboardHelp(props: KeyboardHelpProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <Dialog {...props} />
    </Suspense>
  );
}
