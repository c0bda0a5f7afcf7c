import { useTranslation } from 'react-i18next';
import type { TaskStatus } from '@/api/types';
import type { ToneName } from '@/theme/theme';
import { Badge } from './Badge';

export const STATUS_TONE: Record<TaskStatus, ToneName> = {
  pending: 'amber',
  in_progress: 'blue',
  on_hold: 'grey',
  handing_off: 'violet',
  completed: 'green',
  rejected: 'red',
  cancelled: 'grey',
};

export function StatusBadge({ status, quiet }: { status: TaskStatus; quiet?: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge tone={STATUS_TONE[status] ?? 'grey'} quiet={quiet}>
      {t(`status.${status}`)}
    </Badge>
  );
}
