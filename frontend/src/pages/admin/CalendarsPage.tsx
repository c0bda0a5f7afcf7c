import '@/i18n/calendars';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { calendarListQuery } from '@/api/calendars';
import { ListBox } from '@/components/ui/ListBox';
import { Page, Stack } from '@/components/ui/layout';
import { PageHeader } from '@/components/ui/PageHeader';
import { EmptyState, QueryState } from '@/components/ui/States';
import { CalendarPanel } from '@/features/calendars/CalendarPanel';
import { IconCalendar } from '@/lib/icons';

export function CalendarsPage() {
  const { t } = useTranslation();
  const calendars = useQuery(calendarListQuery());
  return (
    <Page width={980}>
      <PageHeader title={t('nav.calendars')} />
      {!calendars.data?.length && (
        <ListBox busy={calendars.isFetching}>
          <QueryState query={calendars} rows={4} height={54} />
          {calendars.data && (
            <EmptyState
              icon={<IconCalendar size={22} />}
              title={t('calendars.none')}
              hint={t('calendars.noneHint')}
            />
          )}
        </ListBox>
      )}
      <Stack gap={2}>
        {calendars.data?.map((calendar) => (
          <CalendarPanel key={calendar.id} calendar={calendar} />
        ))}
      </Stack>
    </Page>
  );
}
