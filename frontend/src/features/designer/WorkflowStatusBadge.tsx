import { useTranslation } from 'react-i18next';
import type { WorkflowStatus } from '@/api/workflows';
import { Badge } from '@/components/ui/Badge';
import type { ToneName } from '@/theme/theme';

const TONE: Record<WorkflowStatus, ToneName> = {
  draft: 'grey',
  initialized: 'blue',
  deployed: 'green',
  paused: 'amber',
};

export function WorkflowStatusBadge({ status }: { status: WorkflowStatus }) {
  const { t } = useTranslation();
  return <Badge tone={TONE[status] ?? 'grey'}>{t(`workflows.status.${status}`)}</Badge>;
}
