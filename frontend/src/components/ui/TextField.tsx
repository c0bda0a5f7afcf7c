import { OutlinedInput } from '@mui/material';
import { type InputHTMLAttributes, type Ref, useId } from 'react';
import { Field } from './Field';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string;
  rows?: number;
  type?: 'text' | 'number' | 'date' | 'datetime-local';
  required?: boolean;
  monospace?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  inputProps?: InputHTMLAttributes<HTMLInputElement>;
}

export function TextField({
  label,
  value,
  onChange,
  hint,
  error,
  rows,
  type = 'text',
  required = false,
  monospace = false,
  inputRef,
  inputProps,
}: Props) {
  const id = useId();
  return (
    <Field htmlFor={id} label={label} hint={hint} error={error}>
      <OutlinedInput
        id={id}
        fullWidth
        type={type}
        value={value}
        error={Boolean(error)}
        multiline={rows !== undefined}
        minRows={rows}
        maxRows={rows === undefined ? undefined : rows * 3}
        inputRef={inputRef}
        onChange={(event) => onChange(event.target.value)}
        inputProps={{
          dir: type === 'text' ? 'auto' : undefined,
          'aria-required': required || undefined,
          'aria-describedby': hint || error ? `${id}-hint` : undefined,
          ...inputProps,
        }}
        sx={monospace ? { fontFamily: 'ui-monospace, monospace', fontSize: '0.8125rem' } : undefined}
      />
    </Field>
  );
}
