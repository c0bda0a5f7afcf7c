import '@/i18n/ticket';
import { Alert, Button } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deadLettersKey, type Settled, settleDeadLetters } from '@/api/deadLetters';
import { translated } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { Row, Text } from '@/components/ui/layout';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';

interface Props {
  chosen: number[];
  onDone: () => void;
}

/** What can be done with the dead letters that are selected. */
export function DeadLettersBulk({ chosen, onDone }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<'replay' | 'dismiss' | null>(null);
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState<Settled[]>([]);
  const settle = useMutation({
    mutationFn: (resolution: 'replay' | 'dismiss') =>
      settleDeadLetters({ resolution, ids: chosen, reason: reason.trim() }),
    onSuccess: (results) => {
      const failed = results.filter((each) => !each.ok);
      setRefused(failed);
      setAsked(null);
      setReason('');
      showToast(
        failed.length === 0 ? 'success' : 'warning',
        t('dead.settledSome', { done: results.length - failed.length, count: results.length }),
      );
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: deadLettersKey }),
  });
  return (
    <>
      {chosen.length > 0 && (
        <Row component="section" aria-label={t('dead.bulk')} gap={1} align="center" mb={1.5}>
          <Text>{t('dead.chosen', { count: chosen.length })}</Text>
          <Button variant="outlined" onClick={() => setAsked('replay')}>
            {t('dead.replay')}
          </Button>
          <Button variant="outlined" color="error" onClick={() => setAsked('dismiss')}>
            {t('dead.dismiss')}
          </Button>
          <Button variant="text" color="inherit" onClick={onDone}>
            {t('choice.clear')}
          </Button>
        </Row>
      )}
      {refused.length > 0 && (
        <Alert severity="warning" sx={{ mb: 1.5 }} onClose={() => setRefused([])}>
          {refused.map((each) => (
            <div key={each.id}>{t('dead.refused', { id: each.id, reason: translated(each.error) })}</div>
          ))}
        </Alert>
      )}
      {asked && (
        <FormDialog
          title={t(`dead.ask.${asked}`, { count: chosen.length })}
          hint={asked === 'replay' ? t('dead.replayHint') : undefined}
          submit={t(asked === 'replay' ? 'dead.replay' : 'dead.dismiss')}
          isDangerous={asked === 'dismiss'}
          busy={settle.isPending}
          disabled={asked === 'dismiss' && reason.trim() === ''}
          error={settle.error}
          onClose={() => setAsked(null)}
          onSubmit={() => settle.mutate(asked)}
        >
          {asked === 'dismiss' && (
            <TextField
              label={t('verb.reason')}
              hint={t('dead.dismissHint')}
              value={reason}
              rows={2}
              required
              onChange={setReason}
            />
          )}
        </FormDialog>
      )}
    </>
  );
}
