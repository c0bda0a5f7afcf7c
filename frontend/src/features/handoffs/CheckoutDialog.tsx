import '@/i18n/engine';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HandoffStatus } from '@/api/handoffs';
import { FormDialog } from '@/components/ui/FormDialog';
import { TextField } from '@/components/ui/TextField';
import type { ToneName } from '@/theme/theme';

export const HANDOFF_TONE: Record<HandoffStatus, ToneName> = {
  queued: 'grey',
  sent: 'blue',
  acknowledged: 'green',
  failed: 'red',
  waived: 'violet',
};

/** Asks what closing a hand-off without the other system's word needs: a reason to waive, a reference to confirm. */
export function CheckoutDialog({
  verb,
  number,
  busy,
  error,
  onClose,
  onSubmit,
}: {
  verb: 'waive' | 'acknowledge';
  number: string;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSubmit: (text: string) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const isWaive = verb === 'waive';
  return (
    <FormDialog
      title={t(`handoffs.${verb}Title`, { number })}
      hint={t(`handoffs.${verb}Hint`)}
      submit={t(`handoffs.${verb}`)}
      busy={busy}
      error={error}
      isDangerous={isWaive}
      disabled={isWaive && text.trim() === ''}
      onClose={onClose}
      onSubmit={() => onSubmit(text.trim())}
    >
      <TextField
        label={t(isWaive ? 'handoffs.waiveReason' : 'handoffs.acknowledgeReference')}
        value={text}
        rows={isWaive ? 2 : undefined}
        required={isWaive}
        onChange={setText}
      />
    </FormDialog>
  );
}
