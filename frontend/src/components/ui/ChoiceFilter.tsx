import { Box, MenuItem, Select } from '@mui/material';

interface Props {
  label: string;
  /** What the empty choice is called. */
  all: string;
  options: { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

/** A filter with one value or none, in the look of its neighbours with several. */
export function ChoiceFilter({ label, all, options, value, onChange }: Props) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Select
      displayEmpty
      value={chosen?.value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      renderValue={() => (
        <>
          {label}
          {chosen && (
            <Box component="span" sx={{ marginInlineStart: 0.75, fontWeight: 600 }}>
              {chosen.label}
            </Box>
          )}
        </>
      )}
      SelectDisplayProps={{ 'aria-label': label }}
      sx={{
        height: 32,
        fontWeight: 500,
        bgcolor: chosen ? 'surface.selected' : 'background.paper',
        '& .MuiOutlinedInput-notchedOutline': chosen
          ? { borderColor: 'primary.main' }
          : { borderStyle: 'dashed', borderColor: 'divider' },
      }}
    >
      <MenuItem value="">{all}</MenuItem>
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </Select>
  );
}
