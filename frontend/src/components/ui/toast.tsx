import { Suspense, useSyncExternalStore } from 'react';
import { lazyPart } from '@/lib/loadCode';

export interface Toast {
  id: number;
  severity: 'success' | 'error' | 'info' | 'warning';
  text: string;
  /** Where a click leads. */
  to?: string;
  /** How often the same was said. */
  count: number;
}

let current: Toast | null = null;
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: Toast | null): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Say something for a moment. The newest replaces what stood there; the same again is counted. */
export function showToast(severity: Toast['severity'], text: string, to?: string): void {
  const count = current?.text === text && current.severity === severity ? current.count + 1 : 1;
  publish({ id: nextId++, severity, text, to, count });
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
