import { Suspense, useSyncExternalStore } from 'react';
import { lazyPart } from '@/lib/loadCode';

export interface Toast {
  id: number;
  severity: 'success' | 'error' | 'info' | 'warning';
  text: string;
}

let current: Toast | null = null;
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: Toast | null): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Say something for a moment. The newest replaces what stood there: nobody waits for old news. */
export function showToast(severity: Toast['severity'], text: string): void {
  publish({ id: nextId++, severity, text });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const ToastShown = lazyPart(() => import('./ToastShown'), 'ToastShown');

export function ToastHost() {
  const shown = useSyncExternalStore(subscribe, () => current);
  if (!shown) return null;
  return (
    <Suspense fallback={null}>
      <ToastShown shown={shown} onDismiss={() => publish(null)} />
    </Suspense>
  );
}
