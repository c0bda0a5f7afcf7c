import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dueQuery } from '@/api/calendars';
import type { Priority } from '@/api/types';
import { Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { TextField } from '@/components/ui/TextField';
import { parseDuration } from '@/lib/duration';
import { formatDateTime } from '@/lib/time';
import { useSettled } from '@/lib/useSettled';
import { isWrongDuration, PRIORITIES, place, type SettingsValues } from './settingsValues';

interface Props {
  values: SettingsValues;
  errorOf: (field: string) => string | undefined;
  onChange: (sla: Record<Priority, string>) => void;
}

/** How long each priority may take; with working hours also until when that is, for a ticket that comes in now. */
export function SlaFields({ values, errorOf, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Panel title={t('workflows.sla')}>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(2,minmax(0,1fr))' }}>
        {PRIORITIES.map((priority) => (
          <SlaField
            key={priority}
            priority={priority}
            text={values.sla[priority]}
            calendar={values.calendar}
            error={errorOf(`${priority}_sla`)}
            onChange={(text) => onChange({ ...values.sla, [priority]: text })}
          />
        ))}
      </Box>
      <Text variant="hint" mt={1}>
        {t(values.calendar ? 'designer.settings.slaWorkingHint' : 'designer.settings.slaHint')}
      </Text>
    </Panel>
  );
}

interface FieldProps {
  priority: Priority;
  text: string;
  calendar: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function SlaField({ priority, text, calendar, error, onChange }: FieldProps) {
  const { t } = useTranslation();
  const seconds = parseDuration(text);
  const settled = useSettled(seconds);
  const due = useQuery(dueQuery(calendar, settled));
  const isCurrent = settled === seconds && seconds !== null && calendar !== '';
  return (
    <TextField
      label={t(`priority.${priority}`)}
      value={text}
      error={isWrongDuration(text) ? t('designer.settings.slaWrong') : error}
      hint={
        isCurrent && due.data
          ? due.data.due_at
            ? t('designer.settings.slaExample', {
                hours: hoursOf(seconds),
                time: formatDateTime(due.data.due_at),
              })
            : t('designer.settings.slaNever')
          : undefined
      }
      inputProps={{ placeholder: '2d 4h', ...place(`${priority}_sla`) }}
      onChange={onChange}
    />
  );
}

/** Working time is counted in hours: a day of it is not a day of the calendar. */
function hoursOf(seconds: number): string {
  const hours = seconds / 3600;
  return hours < 1 ? `${Math.round(seconds / 60)} min` : `${Number(hours.toFixed(1))} h`;
}
