import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { isLateView, LATE_SCOPES } from './lateWork';
import type { useTaskView } from './useTaskView';

/** Mine, the team's, or with another system: a switch for late work. */
export function LateScopes({ view }: { view: ReturnType<typeof useTaskView> }) {
  const { t } = useTranslation();
  const { state, addressOf } = view;
  if (!isLateView(state.view)) return null;
  return (
    <Box component="nav" aria-label={t('lateScope.label')} sx={{ display: 'flex', gap: 0.5, mb: 1.5 }}>
      {LATE_SCOPES.map((scope) => {
        const isCurrent = scope === state.scope;
        return (
          <Box
            key={scope}
            component={Link}
            to={addressOf({ scope })}
            aria-current={isCurrent ? 'true' : undefined}
            sx={{
              display: 'inline-flex',
              alignItems: 'center',
              minHeight: 28,
              px: 1.25,
              borderRadius: 1,
              border: 1,
              borderColor: isCurrent ? 'primary.main' : 'divider',
              fontSize: '0.75rem',
              fontWeight: isCurrent ? 600 : 500,
              textDecoration: 'none',
              color: isCurrent ? 'text.primary' : 'text.secondary',
              bgcolor: isCurrent ? 'surface.selected' : 'background.paper',
              '&:hover': { color: 'text.primary' },
            }}
          >
            {t(`lateScope.${scope}`)}
          </Box>
        );
      })}
    </Box>
  );
}
