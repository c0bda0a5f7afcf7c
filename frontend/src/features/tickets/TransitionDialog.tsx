import '@/i18n/ticket';
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/problem';
import type { AvailableTransition } from '@/api/tasks';
import { Text } from '@/components/ui/layout';
import { useTypedGuard } from '@/components/ui/useTypedGuard';

interface Props {
  transition: AvailableTransition;
  busy: boolean;
  error: Problem | null;
  onClose: () => void;
  onConfirm: (comment: string) => void;
}

export function TransitionDialog({ transition, busy, error, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [touched, setTouched] = useState(false);
  const needed =
    transition.requires_comment || transition.outcome === 'reject' || transition.outcome === 'return';
  const missing = needed && comment.trim() === '';
  const guard = useTypedGuard(onClose, error !== null);
  const confirm = () => {
    setTouched(true);
    if (missing) return;
    guard.onSent();
    onConfirm(comment.trim());
  };
  return (
    <Dialog
      open
      onClose={busy ? undefined : guard.onClose}
      onInput={guard.onInput}
      fullWidth
      maxWidth="sm"
      aria-labelledby="transition-title"
    >
      <DialogTitle id="transition-title">{transition.name}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {transition.to_step && (
          <Text variant="muted">{t('transition.goesTo', { step: transition.to_step.name })}</Text>
        )}
        {error && !error.isConflict && (
          <Alert severity="error">{error.message || t('problem.server.hint')}</Alert>
        )}
        <TextField
          autoFocus
          multiline
          slotProps={{ htmlInput: { dir: 'auto' } }}
          minRows={3}
          value={comment}
          required={needed}
          label={t('transition.comment')}
          error={touched && missing}
          helperText={touched && missing ? t('transition.commentNeeded') : t('transition.commentHint')}
          onChange={(event) => setComment(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) confirm();
          }}
          sx={{ mt: 0.5 }}
        />
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose} disabled={busy}>
          {t('action.cancel')}
        </Button>
        <Button
          variant="contained"
          color={transition.outcome === 'reject' ? 'error' : 'primary'}
          loading={busy}
          onClick={confirm}
        >
          {transition.name}
        </Button>
      </DialogActions>
      {guard.question}
    </Dialog>
  );
}
