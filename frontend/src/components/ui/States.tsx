import { Box, Button, Skeleton, Typography } from '@mui/material';
import { onlineManager, type UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, toProblem } from '@/api/problem';
import { IconAlertTriangle, IconLock, IconRefresh, IconWifiOff } from '@/lib/icons';
import { formatTime } from '@/lib/time';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  hint?: string;
  action?: ReactNode;
}

export function EmptyState({ icon, title, hint, action }: EmptyProps) {
  return (
    <Box sx={{ display: 'grid', justifyItems: 'center', gap: 0.5, py: 7, px: 2, textAlign: 'center' }}>
      <Box
        sx={{
          width: 44,
          height: 44,
          mb: 1,
          borderRadius: 3,
          display: 'grid',
          placeItems: 'center',
          bgcolor: 'surface.hover',
          color: 'text.secondary',
        }}
      >
        {icon}
      </Box>
      <Typography variant="h3" component="p">
        {title}
      </Typography>
      {hint && (
        <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 420 }}>
          {hint}
        </Typography>
      )}
      {action && <Box sx={{ mt: 1.5 }}>{action}</Box>}
    </Box>
  );
}

/** What happened, in plain words, and a way on. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  const kind = problem.isOffline
    ? 'offline'
    : problem.status === 403
      ? 'forbidden'
      : problem.status === 404
        ? 'missing'
        : problem.status === 429
          ? 'throttled'
          : problem.status >= 500
            ? 'server'
            : 'other';
  const icon =
    kind === 'offline' ? (
      <IconWifiOff size={22} />
    ) : kind === 'forbidden' ? (
      <IconLock size={22} />
    ) : (
      <IconAlertTriangle size={22} />
    );
  const detail = kind === 'other' && problem.message ? problem.message : t(`problem.${kind}.hint`);
  return (
    <Box role="alert">
      <EmptyState
        icon={icon}
        title={t(`problem.${kind}.title`)}
        hint={problem.requestId ? `${detail} ${t('problem.reference', { id: problem.requestId })}` : detail}
        action={
          onRetry && kind !== 'forbidden' ? (
            <Button variant="outlined" startIcon={<IconRefresh size={16} />} onClick={onRetry}>
              {t('action.retry')}
            </Button>
          ) : undefined
        }
      />
    </Box>
  );
}

/** Grey lines in the rhythm of what is coming. The label is read out once. */
export function LoadingRows({ rows = 6, height = 40 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Box role="status" aria-label={t('state.loading')} sx={{ p: 1.5, display: 'grid', gap: 1 }}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <Skeleton key={row} variant="rounded" height={height - 12} width={`${100 - (row % 4) * 7}%`} />
      ))}
    </Box>
  );
}

/** A quiet notice while one page's code arrives. */
export function PageLoading() {
  return (
    <Box sx={{ maxWidth: 1100, p: 3 }}>
      <Skeleton width={220} height={34} />
      <LoadingRows rows={8} />
    </Box>
  );
}

const offline = new Problem({ status: 0, errors: [{ code: 'network', detail: '', attr: null }] });

const isOnline = () => onlineManager.isOnline();
const onOnlineChange = (listener: () => void) => onlineManager.subscribe(listener);

interface QueryStateProps {
  query: Pick<
    UseQueryResult,
    'isPending' | 'fetchStatus' | 'isError' | 'error' | 'refetch' | 'data' | 'dataUpdatedAt'
  >;
  /** Lines to show while it loads, and how high each is. */
  rows?: number;
  height?: number;
}

/** What stands in place of an answer that has not come, or did not; offline, how old the one shown is. */
export function QueryState({ query, rows, height }: QueryStateProps) {
  const online = useSyncExternalStore(onOnlineChange, isOnline);
  if (query.isPending && (query.fetchStatus === 'paused' || !online)) return <ErrorState error={offline} />;
  if (query.isPending) return <LoadingRows rows={rows} height={height} />;
  if (!online && query.data !== undefined) return <AsOf moment={query.dataUpdatedAt} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return null;
}

/** Shown data is from when there was a network. */
function AsOf({ moment }: { moment: number }) {
  const { t } = useTranslation();
  return (
    <Box
      role="status"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 0.75,
        px: 1.5,
        py: 0.75,
        fontSize: '0.75rem',
        color: 'tone.amber.fg',
        bgcolor: 'tone.amber.bg',
      }}
    >
      <IconWifiOff size={14} aria-hidden />
      {t('state.asOf', { time: formatTime(new Date(moment).toISOString()) })}
    </Box>
  );
}
