import { MenuItem, TextField } from '@mui/material';

interface Props {
  label: string;
  /** What the empty choice is called. */
  all: string;
  options: { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

/** A filter with one value or none. */
export function ChoiceFilter({ label, all, options, value, onChange }: Props) {
  return (
    <TextField
      select
      size="small"
      label={label}
      value={options.some((option) => option.value === value) ? value : ''}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 140, '& .MuiInputBase-root': { height: 32, fontSize: '0.8125rem' } }}
    >
      <MenuItem value="">{all}</MenuItem>
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </TextField>
  );
}
