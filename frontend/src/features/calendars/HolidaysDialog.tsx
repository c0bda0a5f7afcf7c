import '@/i18n/calendars';
import { Box } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { applyHolidays, type Calendar, type DeadlineMove, holidayPreviewQuery } from '@/api/calendars';
import { taskKeys } from '@/api/tasks';
import { Check } from '@/components/ui/Check';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { formatDateTime, formatWholeDay } from '@/lib/time';

/** Which due times the holidays would move, before they do. */
export function HolidaysDialog({ calendar, onClose }: { calendar: Calendar; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [days, setDays] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const preview = useQuery(holidayPreviewQuery(calendar.id, days));
  const apply = useMutation({
    mutationFn: () => applyHolidays(calendar.id, days, reason.trim()),
    onSuccess: (moves) => {
      showToast(
        'success',
        t('calendars.dialog.done', { count: moves.filter((each) => !each.is_kept).length }),
      );
      onClose();
      return queryClient.invalidateQueries({ queryKey: taskKeys.all });
    },
  });
  const moves = preview.data ?? [];
  const moving = moves.filter((each) => !each.is_kept).length;
  const kept = moves.length - moving;
  return (
    <FormDialog
      title={t('calendars.dialog.title')}
      hint={t('calendars.dialog.hint', { name: calendar.name })}
      submit={t('calendars.dialog.submit')}
      onSubmit={() => apply.mutate()}
      onClose={onClose}
      busy={apply.isPending}
      disabled={moving === 0 || preview.isFetching}
      error={apply.error}
      maxWidth="md"
    >
      <Box role="group" aria-label={t('calendars.dialog.days')} sx={{ display: 'flex', flexWrap: 'wrap' }}>
        {calendar.holidays.map((day) => (
          <Check
            key={day}
            label={formatWholeDay(day)}
            checked={days.includes(day)}
            onChange={(isChosen) =>
              setDays(isChosen ? [...days, day].sort() : days.filter((each) => each !== day))
            }
          />
        ))}
      </Box>
      {days.length === 0 ? (
        <Text variant="muted">{t('calendars.dialog.choose')}</Text>
      ) : (
        <Box aria-live="polite">
          <QueryState query={preview} rows={3} />
          {preview.data && (
            <Text component="p" variant="label" mb={1}>
              {moving === 0 ? t('calendars.dialog.nothing') : t('calendars.dialog.moves', { count: moving })}
            </Text>
          )}
          {preview.data && kept > 0 && (
            <Text variant="hint" mb={1}>
              {t('calendars.dialog.kept', { count: kept })}
            </Text>
          )}
          {moves.length > 0 && (
            <Box sx={{ maxHeight: 320, overflowY: 'auto' }}>
              <DataTable<DeadlineMove>
                label={t('calendars.dialog.title')}
                rows={moves}
                rowKey={(row) => `${row.task_id}-${row.step ?? ''}`}
                columns={[
                  {
                    key: 'ticket',
                    header: t('calendars.dialog.ticket'),
                    isNarrow: true,
                    render: (row) => <Link to={`/tickets/${row.ticket_number}`}>{row.ticket_number}</Link>,
                  },
                  {
                    key: 'clock',
                    header: t('calendars.dialog.clock'),
                    render: (row) => row.step ?? t('calendars.dialog.resolution'),
                  },
                  {
                    key: 'before',
                    header: t('calendars.dialog.before'),
                    isNarrow: true,
                    render: (row) => row.due_at_before && formatDateTime(row.due_at_before),
                  },
                  {
                    key: 'after',
                    header: t('calendars.dialog.after'),
                    isNarrow: true,
                    render: (row) =>
                      row.is_kept ? t('calendars.dialog.stays') : row.due_at && formatDateTime(row.due_at),
                  },
                ]}
              />
            </Box>
          )}
        </Box>
      )}
      {moving > 0 && (
        <TextField
          label={t('calendars.dialog.reason')}
          hint={t('calendars.dialog.reasonHint')}
          value={reason}
          inputProps={{ maxLength: 2000 }}
          onChange={setReason}
        />
      )}
    </FormDialog>
  );
}
