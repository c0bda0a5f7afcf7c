import { Alert, Snackbar } from '@mui/material';
import type { Toast } from './toast';

/** What is said for a moment. It comes with the first thing to say. */
export function ToastShown({ shown, onDismiss }: { shown: Toast; onDismiss: () => void }) {
  return (
    <Snackbar
      key={shown.id}
      open
      autoHideDuration={shown.severity === 'error' ? 9000 : 4500}
      onClose={(_event, reason) => reason !== 'clickaway' && onDismiss()}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
    >
      <Alert
        severity={shown.severity}
        variant="filled"
        onClose={onDismiss}
        sx={{ boxShadow: '0 8px 28px rgb(0 0 0 / 0.2)', maxWidth: 520 }}
      >
        {shown.text}
      </Alert>
    </Snackbar>
  );
}
