import { lazy, Suspense } from 'react';
import type { KeyboardHelpProps } from './KeyboardHelpDialog';

const Dialog = lazy(async () => ({ default: (await import('./KeyboardHelpDialog')).KeyboardHelpDialog }));

/** Comes with its first use. */
export function KeyboardHelp(props: KeyboardHelpProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <Dialog {...props} />
    </Suspense>
  );
}
