import '@/i18n/engine';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '@/components/ui/FormDialog';
import { TextField } from '@/components/ui/TextField';
import type { Move } from './useMoveTask';

interface Props {
  move: Move;
  busy: boolean;
  error: unknown;
  onSubmit: (comment: string) => void;
  onClose: () => void;
}

/** Asks for the comment without which a transition is refused. */
export function MoveTaskDialog({ move: { task, transition }, busy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  return (
    <FormDialog
      title={t('board.commentTitle', { number: task.ticket_number, name: transition.name })}
      hint={t('board.commentHint', { step: transition.to_step.name })}
      submit={transition.name}
      busy={busy}
      error={error}
      disabled={comment.trim() === ''}
      onClose={onClose}
      onSubmit={() => onSubmit(comment.trim())}
    >
      <TextField
        label={t('board.comment')}
        value={comment}
        rows={4}
        required
        inputProps={{ maxLength: 10_000 }}
        onChange={setComment}
      />
    </FormDialog>
  );
}
