import '@/i18n/identity';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { workerQuery } from '@/api/people';
import { Panel } from '@/components/ui/Panel';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import { IconBeach } from '@/lib/icons';
import { AvailabilityForm } from './AvailabilityForm';

export function AvailabilityTab() {
  const { t } = useTranslation();
  const user = useUser();
  const me = useQuery(workerQuery(user.user_id));
  if (me.isError) return <ErrorState error={me.error} onRetry={() => me.refetch()} />;
  if (me.isPending) return <LoadingRows rows={4} />;
  return (
    <Panel title={t('availability.title')}>
      {me.data ? (
        <AvailabilityForm worker={me.data} />
      ) : (
        <EmptyState icon={<IconBeach size={22} />} title={t('availability.none')} />
      )}
    </Panel>
  );
}
