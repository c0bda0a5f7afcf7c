import '@/i18n/ticket';
import { Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  HOLD_ENDS,
  HOLD_REASONS,
  type HoldChoice,
  type HoldEnd,
  type HoldProblem,
  type HoldReason,
  withReason,
} from './holdChoice';

interface Props {
  choice: HoldChoice;
  /** Shown once somebody has tried to confirm. */
  problem: HoldProblem | null;
  onChange: (choice: HoldChoice) => void;
}

/** Why a ticket is put on hold, and what ends that. */
export function HoldFields({ choice, problem, onChange }: Props) {
  const { t } = useTranslation();
  const [isEndChosen, setIsEndChosen] = useState(false);
  const isTimed = choice.end === 'moment' || choice.end === 'days';
  return (
    <>
      <TextField
        select
        size="small"
        label={t('hold.reason')}
        value={choice.reason}
        onChange={(event) => onChange(withReason(choice, event.target.value as HoldReason, isEndChosen))}
        sx={{ mt: 0.75 }}
      >
        {HOLD_REASONS.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`hold.reasons.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        label={t('hold.ends')}
        value={choice.end}
        onChange={(event) => {
          setIsEndChosen(true);
          onChange({ ...choice, end: event.target.value as HoldEnd });
        }}
      >
        {HOLD_ENDS.map((each) => (
          <MenuItem key={each} value={each}>
            {t(`hold.end.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      {choice.end === 'moment' && (
        <TextField
          size="small"
          type="datetime-local"
          label={t('hold.moment')}
          value={choice.moment}
          error={problem === 'past'}
          helperText={problem === 'past' ? t('hold.past') : undefined}
          onChange={(event) => onChange({ ...choice, moment: event.target.value })}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      )}
      {choice.end === 'days' && (
        <TextField
          size="small"
          type="number"
          label={t('hold.days')}
          value={choice.days}
          error={problem === 'days'}
          helperText={problem === 'days' ? t('hold.daysProblem') : t('hold.daysHint')}
          onChange={(event) => onChange({ ...choice, days: event.target.value })}
        />
      )}
      {isTimed && (
        <FormControlLabel
          control={
            <Checkbox
              size="small"
              checked={choice.orAnswer}
              onChange={(event) => onChange({ ...choice, orAnswer: event.target.checked })}
            />
          }
          label={t('hold.orAnswer')}
          slotProps={{ typography: { variant: 'body2' } }}
        />
      )}
    </>
  );
}
