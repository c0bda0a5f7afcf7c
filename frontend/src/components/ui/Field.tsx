import { Box, InputLabel } from '@mui/material';
import type { ReactNode } from 'react';
import { Stack } from '@/components/ui/layout';

interface Props {
  /** The id of the control inside. */
  htmlFor: string;
  label: string;
  hint?: ReactNode;
  error?: string;
  children: ReactNode;
}

/** A label above its control, with a hint or what is wrong below. */
export function Field({ htmlFor, label, hint, error, children }: Props) {
  return (
    <Stack gap={0.5}>
      <InputLabel htmlFor={htmlFor} sx={{ mb: 0 }}>
        {label}
      </InputLabel>
      {children}
      {(error || hint) && (
        <Box
          id={`${htmlFor}-hint`}
          role={error ? 'alert' : undefined}
          sx={{ fontSize: '0.75rem', color: error ? 'error.main' : 'text.secondary' }}
        >
          {error || hint}
        </Box>
      )}
    </Stack>
  );
}
