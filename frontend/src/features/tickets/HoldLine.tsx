import '@/i18n/ticket';
import { Box } from '@mui/material';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { TaskDetail } from '@/api/tasks';
import { Badge } from '@/components/ui/Badge';
import { formatDateTime } from '@/lib/time';

/** What the ticket waits for, and that its requester has answered. */
export function HoldLine({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const words = inWords(task.hold, t);
  if (!words && !task.answered_at) return null;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 1.5 }}>
      {words && <Badge tone="grey">{words}</Badge>}
      {task.answered_at && (
        <Badge tone="green" title={formatDateTime(task.answered_at)}>
          {t('hold.answered')}
        </Badge>
      )}
    </Box>
  );
}

function inWords(hold: TaskDetail['hold'], t: TFunction): string {
  if (hold?.until) {
    const time = formatDateTime(hold.until);
    return t(hold.until_answer ? 'hold.untilOrAnswer' : 'hold.until', { time });
  }
  return hold?.until_answer ? t('hold.untilAnswer') : '';
}
