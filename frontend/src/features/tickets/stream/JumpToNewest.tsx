import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useOfferCommands } from '@/lib/commands';
import { IconChevronDown } from '@/lib/icons';
import type { Reading } from './useReading';

const KEY = 'l';

/** The way to the end of the stream, over the bar at the foot, where the end is out of sight. */
export function JumpToNewest({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { isAtEnd, jump } = reading;
  const commands = useMemo<Command[]>(
    () => [{ id: 'newest', group: 'ticket', label: t('stream.newest'), keys: KEY, run: jump }],
    [t, jump],
  );
  useOfferCommands(commands);
  if (isAtEnd) return null;
  return (
    <Box
      sx={{
        position: 'absolute',
        bottom: '100%',
        left: 0,
        right: 0,
        display: 'grid',
        justifyItems: 'center',
        pb: 0.5,
        pointerEvents: 'none',
      }}
    >
      <Button
        variant="outlined"
        startIcon={<IconChevronDown size={15} />}
        onClick={jump}
        sx={{
          pointerEvents: 'auto',
          bgcolor: 'surface.raised',
          boxShadow: '0 4px 14px rgb(0 0 0 / 0.16)',
          borderRadius: 4,
          '&:hover': { bgcolor: 'surface.hover' },
        }}
      >
        {t('stream.newest')}
      </Button>
    </Box>
  );
}
