import { Alert, Link as MuiLink, Snackbar } from '@mui/material';
import { Link } from 'react-router-dom';
import type { Toast } from './toast';

/** What is said for a moment. It comes with the first thing to say. */
export function ToastShown({ shown, onDismiss }: { shown: Toast; onDismiss: () => void }) {
  return (
    <Snackbar
      key={shown.id}
      open
      autoHideDuration={shown.severity === 'error' ? 9000 : 4500}
      onClose={(_event, reason) => reason !== 'clickaway' && onDismiss()}
      anchorOrigin={{ vertical: 'top', horizontal: 'right' }}
      sx={{ top: { xs: 56 } }}
    >
      <Alert
        severity={shown.severity}
        variant="filled"
        onClose={onDismiss}
        sx={{ boxShadow: '0 8px 28px rgb(0 0 0 / 0.2)', maxWidth: 520 }}
      >
        {shown.to ? (
          <MuiLink component={Link} to={shown.to} color="inherit" onClick={onDismiss}>
            {shown.text}
          </MuiLink>
        ) : (
          shown.text
        )}
        {shown.count > 1 && ` (${shown.count})`}
      </Alert>
    </Snackbar>
  );
}
