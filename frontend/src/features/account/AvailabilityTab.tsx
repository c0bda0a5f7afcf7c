import '@/i18n/identity';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { workersQuery } from '@/api/people';
import { Panel } from '@/components/ui/Panel';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { useUser } from '@/context/SessionContext';
import { IconBeach } from '@/lib/icons';
import { AvailabilityForm } from './AvailabilityForm';

export function AvailabilityTab() {
  const { t } = useTranslation();
  const user = useUser();
  const workers = useQuery(workersQuery());
  if (workers.isError) return <ErrorState error={workers.error} onRetry={() => workers.refetch()} />;
  if (!workers.data) return <LoadingRows rows={4} />;
  const me = workers.data.find((worker) => worker.user_id === user.user_id);
  return (
    <Panel title={t('availability.title')}>
      {me ? (
        <AvailabilityForm worker={me} colleagues={workers.data} />
      ) : (
        <EmptyState icon={<IconBeach size={22} />} title={t('availability.none')} />
      )}
    </Panel>
  );
}
