import '@/i18n/reminders';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Reminder, remindersKey, setReminder } from '@/api/reminders';
import { FormDialog } from '@/components/ui/FormDialog';
import { SelectField } from '@/components/ui/SelectField';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { serverNow } from '@/lib/serverClock';
import { formatDateTime } from '@/lib/time';
import { firstPicked, momentOfOffer, offersAt, type ReminderOffer } from './reminderChoice';

interface Props {
  ticketNumber: string;
  /** What is set already. */
  reminder?: Reminder;
  onClose: () => void;
}

/** Choose when to be reminded of a ticket, and of what. */
export function ReminderDialog({ ticketNumber, reminder, onClose }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [offer, setOffer] = useState<ReminderOffer>(reminder ? 'pick' : 'hours');
  const [picked, setPicked] = useState(() => firstPicked(serverNow(), reminder?.remind_at));
  const [note, setNote] = useState(reminder?.note ?? '');
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (remind_at: string) => setReminder({ ticket_number: ticketNumber, remind_at, note }),
    onSuccess: ({ remind_at }) => {
      void queryClient.invalidateQueries({ queryKey: remindersKey });
      showToast('success', t('reminders.done', { number: ticketNumber, time: formatDateTime(remind_at) }));
      onClose();
    },
  });
  const now = serverNow();
  const moment = momentOfOffer(offer, picked, now);
  const isPast = !(Date.parse(moment) > now);
  const error = isTried && isPast ? t('reminders.past') : undefined;
  return (
    <FormDialog
      title={t(reminder ? 'reminders.changeOf' : 'reminders.set', { number: ticketNumber })}
      submit={t('reminders.submit')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (!isPast) save.mutate(moment);
      }}
    >
      <SelectField
        label={t('reminders.when')}
        value={offer}
        choices={offersAt(now).map((value) => ({ value, label: t(`reminders.offer.${value}`) }))}
        hint={offer === 'pick' ? undefined : formatDateTime(moment)}
        onChange={(value) => setOffer(value as ReminderOffer)}
      />
      {offer === 'pick' && (
        <TextField
          type="datetime-local"
          label={t('reminders.moment')}
          value={picked}
          required
          error={error}
          onChange={setPicked}
        />
      )}
      <TextField
        label={t('reminders.note')}
        value={note}
        hint={t('reminders.noteHint')}
        inputProps={{ maxLength: 500 }}
        onChange={setNote}
      />
    </FormDialog>
  );
}
