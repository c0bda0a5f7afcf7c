import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { workerQuery } from '@/api/people';
import { EmptyState, ErrorState, LoadingRows } from '@/components/ui/States';
import { AvailabilityForm } from '@/features/account/AvailabilityForm';
import { IconUserOff } from '@/lib/icons';

export function PersonWork({ userId }: { userId: number }) {
  const { t } = useTranslation();
  const worker = useQuery(workerQuery(userId));
  if (worker.isError) return <ErrorState error={worker.error} onRetry={() => worker.refetch()} />;
  if (worker.isPending) return <LoadingRows rows={3} />;
  if (!worker.data) {
    return <EmptyState icon={<IconUserOff size={22} />} title={t('people.noWorker')} />;
  }
  return <AvailabilityForm key={userId} worker={worker.data} ofOther />;
}
