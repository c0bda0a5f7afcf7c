import { Suspense } from 'react';
import { lazyPart } from '@/lib/loadCode';
import type { CommandPaletteProps } from './CommandPaletteDialog';

const Dialog = lazyPart(() => import('./CommandPaletteDialog'), 'CommandPaletteDialog');

/** Comes with its first use: nobody opens it in the first second. */
export function CommandPalette(props: CommandPaletteProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <Dialog {...props} />
    </Suspense>
  );
}
