import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { TaskView } from '@/api/tasks';
import { useUser } from '@/context/SessionContext';
import { IconAlertTriangle, IconHourglass, IconInbox, IconUserCheck, IconUsers } from '@/lib/icons';
import type { ToneName } from '@/theme/theme';
import { viewCountQuery } from './lateWork';

export const CARDS: { view: TaskView; icon: typeof IconInbox; tone: ToneName }[] = [
  { view: 'mine', icon: IconInbox, tone: 'green' },
  { view: 'at_risk', icon: IconHourglass, tone: 'amber' },
  { view: 'breached', icon: IconAlertTriangle, tone: 'red' },
  { view: 'unassigned', icon: IconUserCheck, tone: 'blue' },
  { view: 'team', icon: IconUsers, tone: 'violet' },
];

export function CountCard({ view, icon: Icon, tone }: (typeof CARDS)[number]) {
  const { t } = useTranslation();
  const count = useQuery(viewCountQuery(view, useUser().user_id));
  const quiet = count.data === 0;
  return (
    <Box
      component={Link}
      to={view === 'mine' ? '/inbox' : `/inbox?view=${view}`}
      sx={{
        display: 'grid',
        gap: 0.75,
        p: 1.75,
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        borderRadius: 2,
        color: 'text.primary',
        textDecoration: 'none',
        '&:hover': { borderColor: 'text.disabled', bgcolor: 'surface.hover' },
      }}
    >
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 0.875,
          fontSize: '0.75rem',
          color: 'text.secondary',
          fontWeight: 540,
        }}
      >
        <Box
          component="span"
          sx={{ display: 'flex', color: quiet ? 'text.secondary' : `tone.${tone}.solid` }}
        >
          <Icon size={15} aria-hidden />
        </Box>
        {t(`view.${view}`)}
      </Box>
      <Box
        sx={{
          fontSize: '1.625rem',
          fontWeight: 640,
          lineHeight: 1.1,
          letterSpacing: '-0.02em',
          fontVariantNumeric: 'tabular-nums',
          color: quiet ? 'text.secondary' : 'text.primary',
        }}
      >
        {count.isError ? '–' : (count.data ?? '…')}
      </Box>
    </Box>
  );
}
