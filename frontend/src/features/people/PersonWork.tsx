import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { workersQuery } from '@/api/people';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { AvailabilityForm } from '@/features/account/AvailabilityForm';
import { IconUserOff } from '@/lib/icons';

export function PersonWork({ userId }: { userId: number }) {
  const { t } = useTranslation();
  const workers = useQuery(workersQuery());
  if (workers.isError) return <ErrorState error={workers.error} onRetry={() => workers.refetch()} />;
  if (!workers.data) return <LoadingRows rows={3} />;
  const worker = workers.data.find((each) => each.user_id === userId);
  if (!worker) {
    return <EmptyState icon={<IconUserOff size={22} />} title={t('people.noWorker')} />;
  }
  return <AvailabilityForm worker={worker} colleagues={workers.data} ofOther />;
}
