import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Text } from '@/components/ui/layout';
import { problemText } from './problemText';
import { useTypedGuard } from './useTypedGuard';

interface Props {
  title: string;
  hint?: ReactNode;
  submit: string;
  /** Without it there is nothing to send, only to read. */
  onSubmit?: () => void;
  onClose: () => void;
  busy?: boolean;
  disabled?: boolean;
  isDangerous?: boolean;
  /** What it offers is lost with it: a click beside it does not close it. */
  staysOpen?: boolean;
  /** What went wrong; fields that show their own part name it in `shownFields`. */
  error?: unknown;
  shownFields?: string[];
  maxWidth?: 'xs' | 'sm' | 'md';
  children?: ReactNode;
}

/** A dialog that is a form: Enter sends it, what was refused is said in it. */
export function FormDialog(props: Props) {
  const { t } = useTranslation();
  const titleId = useId();
  const { busy = false, error, shownFields = [] } = props;
  const problem = error ? toProblem(error) : null;
  const rest = problem?.errors.filter((entry) => !entry.attr || !shownFields.includes(entry.attr)) ?? [];
  const guard = useTypedGuard(props.onClose, problem !== null);
  return (
    <Dialog
      open
      onClose={(_event, reason) => {
        if (busy || (props.staysOpen && reason === 'backdropClick')) return;
        guard.onClose();
      }}
      onInput={props.onSubmit && guard.onInput}
      fullWidth
      maxWidth={props.maxWidth ?? 'xs'}
      aria-labelledby={titleId}
    >
      <Box
        component="form"
        noValidate
        sx={{ display: 'contents' }}
        onSubmit={(event) => {
          event.preventDefault();
          if (props.disabled || busy || !props.onSubmit) return;
          guard.onSent();
          props.onSubmit();
        }}
      >
        <DialogTitle id={titleId}>{props.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, alignContent: 'start' }}>
          {props.hint && <Text variant="muted">{props.hint}</Text>}
          {problem && rest.length > 0 && (
            <Alert severity="error" role="alert">
              {problemText(problem, t)}
            </Alert>
          )}
          {props.children}
        </DialogContent>
        <DialogActions>
          <Button variant="text" color="inherit" onClick={props.onClose} disabled={busy}>
            {t(props.onSubmit ? 'action.cancel' : 'action.close')}
          </Button>
          {props.onSubmit && (
            <Button
              type="submit"
              variant="contained"
              color={props.isDangerous ? 'error' : 'primary'}
              loading={busy}
              disabled={props.disabled}
            >
              {props.submit}
            </Button>
          )}
        </DialogActions>
      </Box>
      {guard.question}
    </Dialog>
  );
}
