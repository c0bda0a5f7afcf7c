import { TextField } from '@mui/material';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Row } from '@/components/ui/layout';
import { dayOf, momentOf, nextDay } from '@/lib/zoned';
import type { useTaskView } from './useTaskView';

/** The first and the last day on which tickets were closed, in the zone that times are shown in. */
export function ClosedFilter({ view }: { view: ReturnType<typeof useTaskView> }) {
  const { t } = useTranslation();
  const { closed_after: after, closed_before: before } = view.state;
  return (
    <Row role="group" aria-label={t('archive.closed')} gap={1} align="center" mt={1}>
      <DayField
        label={t('archive.from')}
        value={shownDay(after, 0)}
        onChange={(day) => view.change({ closed_after: day && momentOf(day) })}
      />
      <DayField
        label={t('archive.until')}
        // The end is the first moment that is not meant.
        value={shownDay(before, -1)}
        onChange={(day) => view.change({ closed_before: day && momentOf(nextDay(day)) })}
      />
    </Row>
  );
}

function shownDay(moment: string, shiftMs: number): string {
  const at = Date.parse(moment);
  return Number.isNaN(at) ? '' : dayOf(at + shiftMs);
}

interface DayFieldProps {
  label: string;
  value: string;
  onChange: (day: string) => void;
}

function DayField({ label, value, onChange }: DayFieldProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <TextField
      type="date"
      size="small"
      label={label}
      value={draft}
      onChange={({ target }) => {
        setDraft(target.value);
        // While a year is typed, the field holds years such as 0002.
        if (target.value === '' || target.value >= '1970') onChange(target.value);
      }}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}
