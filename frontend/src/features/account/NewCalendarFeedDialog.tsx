import '@/i18n/calendarFeeds';
import { Alert, Box, Button, TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { calendarFeedsKey, createCalendarFeed } from '@/api/calendarFeeds';
import { toProblem } from '@/api/problem';
import { FormDialog } from '@/components/ui/FormDialog';
import { SelectField } from '@/components/ui/SelectField';
import { ShownOnce } from '@/components/ui/ShownOnce';
import { IconCalendar } from '@/lib/icons';
import { ALARMS, alarmText } from './calendarAlarm';

/** Asks for a name and an alarm, then shows the link and how to subscribe. */
export function NewCalendarFeedDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [alarm, setAlarm] = useState('');
  const create = useMutation({
    mutationFn: () =>
      createCalendarFeed({ name: name.trim(), alarm_minutes: alarm === '' ? null : Number(alarm) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: calendarFeedsKey }),
  });
  if (create.data) return <TheLink url={create.data.url} onClose={onClose} />;
  const problem = create.isError ? toProblem(create.error) : null;
  return (
    <FormDialog
      title={t('feeds.new')}
      hint={t('feeds.hint')}
      submit={t('feeds.create')}
      busy={create.isPending}
      disabled={name.trim() === ''}
      error={create.error}
      shownFields={['name']}
      onClose={onClose}
      onSubmit={() => create.mutate()}
    >
      <TextField
        size="small"
        autoFocus
        label={t('feeds.name')}
        value={name}
        error={Boolean(problem?.about('name'))}
        helperText={problem?.about('name') ?? t('feeds.nameHint')}
        onChange={(event) => setName(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 64 } }}
      />
      <SelectField
        label={t('feeds.alarm')}
        hint={t('feeds.alarmHint')}
        value={alarm}
        choices={ALARMS.map((minutes) => ({ value: String(minutes ?? ''), label: alarmText(minutes, t) }))}
        onChange={setAlarm}
      />
    </FormDialog>
  );
}

function TheLink({ url, onClose }: { url: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FormDialog title={t('feeds.link')} submit="" maxWidth="sm" staysOpen onClose={onClose}>
      <Alert severity="warning">{t('feeds.once')}</Alert>
      <ShownOnce label={t('feeds.link')} lines={[url]} />
      <Box>
        {/* The scheme by which systems hand a subscription to their calendar. */}
        <Button
          variant="outlined"
          component="a"
          href={url.replace(/^https?:/, 'webcal:')}
          startIcon={<IconCalendar size={16} />}
        >
          {t('feeds.openIn')}
        </Button>
      </Box>
      <Box sx={{ fontSize: '0.8125rem' }}>
        {t('feeds.subscribe')}
        <Box component="ul" sx={{ m: 0, mt: 0.5, ps: 2.5, display: 'grid', gap: 0.5 }}>
          <li>{t('feeds.howOutlook')}</li>
          <li>{t('feeds.howGoogle')}</li>
          <li>{t('feeds.howApple')}</li>
        </Box>
      </Box>
    </FormDialog>
  );
}
