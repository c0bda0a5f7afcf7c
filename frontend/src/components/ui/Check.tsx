import { Checkbox, FormControlLabel } from '@mui/material';
import type { ReactNode } from 'react';

export function Check(props: {
  label: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <FormControlLabel
      label={props.label}
      slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
      control={
        <Checkbox
          size="small"
          checked={props.checked}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.target.checked)}
        />
      }
    />
  );
}
