import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { Problem } from '@/api/problem';
import { Logo } from '@/components/ui/Logo';
import { ErrorState } from '@/components/ui/States';
import { isAdmin, useSession, useUser } from '@/context/SessionContext';

export function RequireSession() {
  const { t } = useTranslation();
  const { status, retry } = useSession();
  const location = useLocation();
  if (status === 'starting') {
    return (
      <Box
        role="status"
        aria-label={t('state.loading')}
        sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center' }}
      >
        <Logo size={40} />
      </Box>
    );
  }
  if (status === 'unreachable') {
    const offline = new Problem({ status: 0, errors: [{ code: 'network', detail: '', attr: null }] });
    return (
      <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center' }}>
        <ErrorState error={offline} onRetry={retry} />
      </Box>
    );
  }
  if (status === 'signed_out') {
    const wanted = `${location.pathname}${location.search}`;
    return <Navigate to={wanted === '/' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`} replace />;
  }
  return <Outlet />;
}

export function RequireAdmin() {
  const user = useUser();
  if (!isAdmin(user)) {
    return (
      <ErrorState
        error={new Problem({ status: 403, errors: [{ code: 'permission_denied', detail: '', attr: null }] })}
      />
    );
  }
  return <Outlet />;
}
