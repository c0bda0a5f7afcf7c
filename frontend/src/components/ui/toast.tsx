import { Alert, Snackbar } from '@mui/material';
import { useSyncExternalStore } from 'react';

interface Toast {
  id: number;
  severity: 'success' | 'error' | 'info' | 'warning';
  text: string;
}

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(severity: Toast['severity'], text: string): void {
  publish([...toasts.slice(-3), { id: nextId++, severity, text }]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function ToastHost() {
  const shown = useSyncExternalStore(subscribe, () => toasts)[0];
  const dismiss = () => publish(toasts.filter((toast) => toast.id !== shown?.id));
  if (!shown) return null;
  return (
    <Snackbar
      key={shown.id}
      open
      autoHideDuration={shown.severity === 'error' ? 9000 : 4500}
      onClose={(_event, reason) => reason !== 'clickaway' && dismiss()}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
    >
      <Alert
        severity={shown.severity}
        variant="filled"
        onClose={dismiss}
        sx={{ boxShadow: '0 8px 28px rgb(0 0 0 / 0.2)', maxWidth: 520 }}
      >
        {shown.text}
      </Alert>
    </Snackbar>
  );
}
