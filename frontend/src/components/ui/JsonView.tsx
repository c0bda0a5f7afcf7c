import { Box } from '@mui/material';

/** Data as it is, readable and selectable; a text that holds JSON is indented. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{
        m: 0,
        p: 1.25,
        maxHeight: 320,
        overflow: 'auto',
        fontFamily: 'ui-monospace, monospace',
        fontSize: '0.75rem',
        lineHeight: 1.5,
        bgcolor: 'surface.hover',
        borderRadius: 1.5,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
      }}
    >
      {typeof value === 'string' ? indented(value) : JSON.stringify(value, null, 2)}
    </Box>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
