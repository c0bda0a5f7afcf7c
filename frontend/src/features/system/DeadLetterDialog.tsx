import '@/i18n/ticket';
import { Box, Button, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type DeadLetter, deadLettersKey, dismissDeadLetter, replayDeadLetter } from '@/api/deadLetters';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { JsonView } from '@/components/ui/JsonView';
import { showToast } from '@/components/ui/toast';
import { formatDateTime } from '@/lib/time';

/** One rejected message: why, what it said, and the two ways out. */
export function DeadLetterDialog({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [isDismissing, setDismissing] = useState(false);
  const [reason, setReason] = useState('');
  const settled = (text: string) => {
    showToast('success', text);
    void queryClient.invalidateQueries({ queryKey: deadLettersKey });
    onClose();
  };
  const replay = useMutation({
    mutationFn: () => replayDeadLetter(letter.id),
    onSuccess: () => settled(t('dead.replayed')),
  });
  const dismiss = useMutation({
    mutationFn: () => dismissDeadLetter(letter.id, reason.trim()),
    onSuccess: () => settled(t('dead.dismissed')),
  });
  const isOpen = letter.resolved_at === null;
  return (
    <FormDialog
      title={t('dead.title', { id: letter.id })}
      submit={t(isDismissing ? 'dead.dismiss' : 'dead.replay')}
      maxWidth="md"
      busy={replay.isPending || dismiss.isPending}
      disabled={isDismissing && reason.trim() === ''}
      error={replay.error ?? dismiss.error}
      onClose={onClose}
      onSubmit={isOpen ? () => (isDismissing ? dismiss.mutate() : replay.mutate()) : undefined}
    >
      <Facts
        facts={[
          [t('mailings.why'), letter.reason],
          [t('dead.queue'), letter.queue],
          [t('dead.task'), letter.task || '–'],
          [t('dead.code'), letter.code],
          [t('system.event.when'), formatDateTime(letter.created_at)],
          [t('dead.request'), letter.request_id || '–'],
          ...(letter.intake_id === null
            ? []
            : ([
                [
                  t('dead.ledger'),
                  <Link key="ledger" to={`/admin/intake?message=${letter.intake_id}`}>
                    {letter.ticket_number || t('dead.inLedger', { id: letter.intake_id })}
                  </Link>,
                ],
              ] as [string, ReactNode][])),
        ]}
      />
      <JsonView label={t('dead.body')} value={letter.body} />
      {isOpen && !isDismissing && (
        <Box>
          <Button variant="text" color="inherit" onClick={() => setDismissing(true)}>
            {t('dead.dismissInstead')}
          </Button>
        </Box>
      )}
      {isDismissing && (
        <TextField
          autoFocus
          multiline
          minRows={2}
          size="small"
          label={t('verb.reason')}
          helperText={t('dead.dismissHint')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
    </FormDialog>
  );
}

/** Most bodies are JSON; what is not is shown as it came. */
