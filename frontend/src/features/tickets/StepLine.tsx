import '@/i18n/ticket';
import { Box } from '@mui/material';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Text } from '@/components/ui/layout';
import { IconCheck, IconChevronRight, IconCircleDot } from '@/lib/icons';
import { formatRoughDuration } from '@/lib/time';
import type { Visit } from './steps';

const SHOWN_AT_MOST = 6;

/** One line of the steps so far, with the time in each. */
export function StepLine({ visits }: { visits: Visit[] }) {
  const { t } = useTranslation();
  const shown = visits.slice(-SHOWN_AT_MOST);
  const left = visits.length - shown.length;
  return (
    <Box
      component="ol"
      aria-label={t('ticket.steps')}
      sx={{
        flex: 1,
        minWidth: 0,
        m: 0,
        p: 0,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 0.75,
        rowGap: 0.25,
        listStyle: 'none',
        fontSize: '0.8125rem',
      }}
    >
      {left > 0 && (
        <Text component="li" variant="hint">
          {t('ticket.earlierSteps', { count: left })}
        </Text>
      )}
      {shown.map(({ number, name, seconds, isCurrent }) => (
        <Fragment key={number}>
          {number > 1 && (
            <Box component="li" aria-hidden sx={{ display: 'grid', color: 'text.secondary' }}>
              <IconChevronRight size={13} />
            </Box>
          )}
          <Box
            component="li"
            aria-current={isCurrent ? 'step' : undefined}
            sx={{
              display: 'inline-flex',
              alignItems: 'center',
              gap: 0.5,
              minWidth: 0,
              ...(isCurrent
                ? { fontWeight: 620, color: 'primary.main' }
                : { color: 'text.secondary', '& svg': { color: 'tone.green.fg' } }),
            }}
          >
            {isCurrent ? <IconCircleDot size={14} aria-hidden /> : <IconCheck size={14} aria-hidden />}
            {name}
            {seconds !== null && (
              <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
                {formatRoughDuration(seconds)}
              </Box>
            )}
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
