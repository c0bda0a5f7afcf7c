import { lazy, Suspense } from 'react';
import type { CommandPaletteProps } from './CommandPaletteDialog';

const Dialog = lazy(async () => ({ default: (await import('./CommandPaletteDialog')).CommandPaletteDialog }));

/** Comes with its first use: nobody opens it in the first second. */
export function CommandPalette(props: CommandPaletteProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <Dialog {...props} />
    </Suspense>
  );
}
