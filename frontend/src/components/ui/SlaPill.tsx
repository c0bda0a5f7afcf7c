import { useTranslation } from 'react-i18next';
import type { SlaSummary } from '@/api/tasks';
import type { SlaState } from '@/api/types';
import { Text } from '@/components/ui/layout';
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconHourglass,
  IconPlayerPause,
  IconPlayerStop,
} from '@/lib/icons';
import { formatDateTime, formatRoughDuration } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import type { ToneName } from '@/theme/theme';
import { Badge } from './Badge';

export const SLA_TONE: Record<SlaState, ToneName> = {
  on_track: 'grey',
  at_risk: 'amber',
  breached: 'red',
  paused: 'grey',
  met: 'green',
  stopped: 'grey',
  no_deadline: 'amber',
};

const ICON: Record<SlaState, typeof IconClock> = {
  on_track: IconClock,
  at_risk: IconHourglass,
  breached: IconAlertTriangle,
  paused: IconPlayerPause,
  met: IconCheck,
  stopped: IconPlayerStop,
  no_deadline: IconAlertTriangle,
};

/** Seconds left on a running clock, told afresh from its deadline; a stopped one keeps what it had. */
export function secondsLeft(sla: SlaSummary, now: number): number | null {
  const running = sla.state === 'on_track' || sla.state === 'at_risk' || sla.state === 'breached';
  if (running && sla.due_at) return (new Date(sla.due_at).getTime() - now) / 1000;
  return sla.remaining_seconds;
}

export function SlaPill({ sla, quiet = true }: { sla: SlaSummary | null; quiet?: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!sla) {
    return (
      <Text component="span" variant="inherit" color="text.secondary">
        –
      </Text>
    );
  }
  const left = secondsLeft(sla, now);
  const Icon = ICON[sla.state] ?? IconClock;
  const label =
    sla.state === 'met' ||
    sla.state === 'stopped' ||
    sla.state === 'paused' ||
    sla.state === 'no_deadline' ||
    left === null
      ? t(`sla.${sla.state}`)
      : left < 0
        ? t('sla.late', { duration: formatRoughDuration(left) })
        : t('sla.left', { duration: formatRoughDuration(left) });
  const loud = sla.state === 'at_risk' || sla.state === 'breached';
  return (
    <Badge
      tone={SLA_TONE[sla.state] ?? 'grey'}
      quiet={quiet && !loud}
      icon={<Icon size={14} aria-hidden />}
      title={sla.due_at ? t('sla.dueAt', { time: formatDateTime(sla.due_at) }) : undefined}
    >
      <span style={{ fontVariantNumeric: 'tabular-nums' }}>{label}</span>
    </Badge>
  );
}
