import '@/i18n/reminders';
import { Box, IconButton } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Reminder } from '@/api/reminders';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconAlarm, IconEdit, IconTrash } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useDeleteReminder } from './useDeleteReminder';

interface Props {
  reminder: Reminder;
  onChange: () => void;
}

/** One's own reminder of a ticket, on its page. */
export function ReminderLine({ reminder, onChange }: Props) {
  const { t } = useTranslation();
  const removal = useDeleteReminder();
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 0.75,
        mb: 1.5,
        fontSize: '0.8125rem',
        color: 'text.secondary',
        '& > svg': { flexShrink: 0 },
      }}
    >
      <IconAlarm size={16} aria-hidden />
      <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        {t('reminders.line', { time: formatDateTime(reminder.remind_at) })}
        {reminder.note && (
          <Box component="span" dir="auto" sx={{ marginInlineStart: 1, color: 'text.primary' }}>
            {reminder.note}
          </Box>
        )}
      </Box>
      <Tooltip title={t('reminders.change')}>
        <IconButton aria-label={t('reminders.change')} onClick={onChange}>
          <IconEdit size={15} />
        </IconButton>
      </Tooltip>
      <Tooltip title={t('reminders.delete')}>
        <IconButton
          aria-label={t('reminders.delete')}
          disabled={removal.isPending}
          onClick={() => removal.mutate(reminder)}
        >
          <IconTrash size={15} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
