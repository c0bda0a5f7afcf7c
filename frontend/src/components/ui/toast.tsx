import { Alert, Snackbar } from '@mui/material';
import { useSyncExternalStore } from 'react';

interface Toast {
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

export function ToastHost() {
  const shown = useSyncExternalStore(subscribe, () => current);
  const dismiss = () => publish(null);
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
