import '@/i18n/reminders';
import { Box, IconButton } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { type Reminder, remindersQuery } from '@/api/reminders';
import { DataTable } from '@/components/ui/DataTable';
import { ListBox } from '@/components/ui/ListBox';
import { Page, Text } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, QueryState } from '@/components/ui/States';
import { StatusBadge } from '@/components/ui/StatusBadge';
import { useDeleteReminder } from '@/features/reminders/useDeleteReminder';
import { IconAlarm, IconEdit, IconTrash } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';

const ReminderDialog = lazyPart(() => import('@/features/reminders/ReminderDialog'), 'ReminderDialog');

/** One's own reminders, the next one first. */
export function RemindersPage() {
  const { t } = useTranslation();
  const now = useNow();
  const reminders = useQuery(remindersQuery());
  const removal = useDeleteReminder();
  const [changed, setChanged] = useState<Reminder | null>(null);
  return (
    <Page width={1100}>
      <PageHeader title={t('reminders.title')} />
      <Text variant="muted" mb={1.5}>
        {t('reminders.hint')}
      </Text>
      <ListBox busy={reminders.isFetching}>
        <QueryState query={reminders} rows={4} height={54} />
        {reminders.data?.length === 0 && (
          <EmptyState
            icon={<IconAlarm size={22} />}
            title={t('reminders.empty')}
            hint={t('reminders.emptyHint')}
          />
        )}
        {reminders.data && reminders.data.length > 0 && (
          <DataTable<Reminder>
            label={t('reminders.title')}
            rows={reminders.data}
            rowKey={(reminder) => reminder.id}
            columns={[
              {
                key: 'ticket',
                header: t('reminders.ticket'),
                render: (reminder) => (
                  <Box sx={{ minWidth: 0 }}>
                    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
                      <Link to={`/tickets/${reminder.ticket_number}`}>{reminder.ticket_number}</Link>
                      {reminder.status && <StatusBadge status={reminder.status} />}
                    </Box>
                    <Box dir="auto" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
                      {reminder.subject}
                    </Box>
                  </Box>
                ),
              },
              {
                key: 'when',
                header: t('reminders.when'),
                width: '22%',
                render: (reminder) => (
                  <>
                    {formatDateTime(reminder.remind_at)}
                    <Box sx={{ color: 'text.secondary' }}>{formatRelative(reminder.remind_at, now)}</Box>
                  </>
                ),
              },
              {
                key: 'note',
                header: t('reminders.note'),
                width: '28%',
                render: (reminder) => (
                  <Box dir="auto" sx={{ overflowWrap: 'anywhere' }}>
                    {reminder.note}
                  </Box>
                ),
              },
              {
                key: 'acts',
                header: t('reminders.acts'),
                isHeaderHidden: true,
                width: 90,
                align: 'end',
                render: (reminder) => (
                  <Box sx={{ whiteSpace: 'nowrap' }}>
                    <IconButton
                      aria-label={t('reminders.changeOf', { number: reminder.ticket_number })}
                      onClick={() => setChanged(reminder)}
                    >
                      <IconEdit size={15} />
                    </IconButton>
                    <IconButton
                      aria-label={t('reminders.deleteOf', { number: reminder.ticket_number })}
                      disabled={removal.isPending}
                      onClick={() => removal.mutate(reminder)}
                    >
                      <IconTrash size={15} />
                    </IconButton>
                  </Box>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {changed && (
        <Suspense fallback={null}>
          <ReminderDialog
            ticketNumber={changed.ticket_number}
            reminder={changed}
            onClose={() => setChanged(null)}
          />
        </Suspense>
      )}
    </Page>
  );
}
