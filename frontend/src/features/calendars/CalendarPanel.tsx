import '@/i18n/calendars';
import { Alert, Box, Button, IconButton } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Calendar, calendarKeys, setHolidays } from '@/api/calendars';
import { Columns, List, Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { TextField } from '@/components/ui/TextField';
import { showToast } from '@/components/ui/toast';
import { IconTrash } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { formatWholeDay, weekdayName } from '@/lib/time';
import { useUnsaved } from '@/lib/unsaved';

const HolidaysDialog = lazyPart(() => import('./HolidaysDialog'), 'HolidaysDialog');
const WEEK = ['0', '1', '2', '3', '4', '5', '6'];

export function CalendarPanel({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [day, setDay] = useState('');
  const [isApplying, setApplying] = useState(false);
  useUnsaved(day !== '');
  const change = useMutation({
    mutationFn: (input: { day: string; isAdded: boolean }) =>
      setHolidays(
        calendar.id,
        input.isAdded
          ? [...new Set([...calendar.holidays, input.day])].sort()
          : calendar.holidays.filter((each) => each !== input.day),
      ),
    onSuccess: (_saved, input) => {
      setDay('');
      const text = input.isAdded ? 'calendars.added' : 'calendars.removed';
      showToast('success', t(text, { day: formatWholeDay(input.day), name: calendar.name }));
      return queryClient.invalidateQueries({ queryKey: calendarKeys.all, exact: true });
    },
  });
  return (
    <Panel title={calendar.name} action={<Text variant="hint">{calendar.time_zone}</Text>}>
      <Columns gap={3}>
        <Box>
          <Text variant="label" component="h3">
            {t('calendars.hours')}
          </Text>
          <Box
            component="dl"
            sx={{
              m: 0,
              mt: 1,
              display: 'grid',
              gridTemplateColumns: '110px 1fr',
              rowGap: 0.5,
              fontSize: '0.8125rem',
              fontVariantNumeric: 'tabular-nums',
              '& dt': { color: 'text.secondary' },
              '& dd': { m: 0 },
            }}
          >
            {WEEK.map((weekday) => (
              <Box key={weekday} sx={{ display: 'contents' }}>
                <dt>{weekdayName(Number(weekday))}</dt>
                <dd>
                  {calendar.hours[weekday]?.map((interval) => interval.join(' – ')).join(', ') ||
                    t('calendars.closed')}
                </dd>
              </Box>
            ))}
          </Box>
        </Box>
        <Stack gap={1.5}>
          <Text variant="label" component="h3">
            {t('calendars.holidays')}
          </Text>
          {calendar.holidays.length === 0 && <Text variant="muted">{t('calendars.noHolidays')}</Text>}
          <List aria-label={t('calendars.holidays')}>
            {calendar.holidays.map((each) => (
              <Row key={each} component="li" align="center" justify="space-between" nowrap>
                <Text component="span">{formatWholeDay(each)}</Text>
                <IconButton
                  aria-label={t('calendars.remove', { day: formatWholeDay(each) })}
                  disabled={change.isPending}
                  onClick={() => change.mutate({ day: each, isAdded: false })}
                >
                  <IconTrash size={15} />
                </IconButton>
              </Row>
            ))}
          </List>
          <Box
            component="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (day) change.mutate({ day, isAdded: true });
            }}
            sx={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 1, alignItems: 'end' }}
          >
            <TextField label={t('calendars.newHoliday')} type="date" value={day} onChange={setDay} />
            <Button type="submit" variant="outlined" disabled={!day} loading={change.isPending}>
              {t('calendars.add')}
            </Button>
          </Box>
          {change.isError && <Alert severity="error">{problemText(change.error, t)}</Alert>}
          <Text variant="hint">{t('calendars.snapshot')}</Text>
          <Row>
            <Button
              variant="outlined"
              disabled={calendar.holidays.length === 0}
              onClick={() => setApplying(true)}
            >
              {t('calendars.apply')}
            </Button>
          </Row>
        </Stack>
      </Columns>
      {isApplying && (
        <Suspense fallback={null}>
          <HolidaysDialog calendar={calendar} onClose={() => setApplying(false)} />
        </Suspense>
      )}
    </Panel>
  );
}
