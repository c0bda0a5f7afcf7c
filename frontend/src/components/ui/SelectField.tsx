import { Select } from '@mui/material';
import { useId } from 'react';
import { Field } from './Field';

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  label: string;
  value: string;
  choices: Choice[];
  onChange: (value: string) => void;
  hint?: string;
  error?: string;
  disabled?: boolean;
}

/** The browser's own select: it works with every keyboard, reader and telephone there is. */
export function SelectField({ label, value, choices, onChange, hint, error, disabled }: Props) {
  const id = useId();
  return (
    <Field htmlFor={id} label={label} hint={hint} error={error}>
      <Select
        native
        fullWidth
        inputProps={{ id, 'aria-describedby': hint || error ? `${id}-hint` : undefined }}
        value={value}
        disabled={disabled}
        error={Boolean(error)}
        onChange={(event) => onChange(event.target.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
