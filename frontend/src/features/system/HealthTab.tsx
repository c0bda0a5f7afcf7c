import { Box } from '@mui/material';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Health, healthQuery, SERVICES, type ServiceName } from '@/api/health';
import { Badge } from '@/components/ui/Badge';
import { Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { LoadingRows } from '@/components/ui/States';
import { formatNumber, formatTime } from '@/lib/time';

export function HealthTab() {
  const { t } = useTranslation();
  const answers = useQueries({ queries: SERVICES.map((service) => healthQuery(service)) });
  const isBad = answers.some((answer) => answer.isError || answer.data?.status === 'failed');
  const isKnown = answers.every((answer) => !answer.isPending);
  const newest = Math.max(...answers.map((answer) => Math.max(answer.dataUpdatedAt, answer.errorUpdatedAt)));
  return (
    <>
      <Box
        role="status"
        sx={{ display: 'flex', gap: 1.5, alignItems: 'center', mb: 1.5, fontSize: '0.8125rem' }}
      >
        {isKnown && (
          <Badge tone={isBad ? 'red' : 'green'}>{t(isBad ? 'system.someBad' : 'system.allGood')}</Badge>
        )}
        {newest > 0 && (
          <Text component="span" variant="inherit" color="text.secondary">
            {t('system.checkedAt', { time: formatTime(new Date(newest).toISOString()) })}
          </Text>
        )}
      </Box>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))',
        }}
      >
        {SERVICES.map((service, index) => (
          <ServiceCard
            key={service}
            service={service}
            health={answers[index]?.data}
            isUnreachable={answers[index]?.isError ?? false}
          />
        ))}
      </Box>
    </>
  );
}

interface CardProps {
  service: ServiceName;
  health: Health | undefined;
  isUnreachable: boolean;
}

function ServiceCard({ service, health, isUnreachable }: CardProps) {
  const { t } = useTranslation();
  const state = isUnreachable ? 'unreachable' : health?.status;
  return (
    <Panel
      title={t(`system.service.${service}`)}
      action={state && <Badge tone={state === 'ok' ? 'green' : 'red'}>{t(`system.state.${state}`)}</Badge>}
    >
      {!state && <LoadingRows rows={2} />}
      {isUnreachable && <Text variant="muted">{t('system.unreachableHint')}</Text>}
      {health && !isUnreachable && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontSize: '0.8125rem' }}>
          {Object.entries(health.checks).map(([name, check]) => (
            <Box component="li" key={name} sx={{ display: 'flex', alignItems: 'center', gap: 1, py: 0.375 }}>
              <Badge quiet tone={check.status === 'ok' ? 'green' : 'red'}>
                {name}
              </Badge>
              <Box sx={{ flex: 1, color: 'tone.red.fg' }}>{check.error}</Box>
              <Box sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
                {t('system.ms', { ms: formatNumber(check.ms) })}
              </Box>
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
