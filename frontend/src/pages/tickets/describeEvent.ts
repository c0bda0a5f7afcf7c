import type { TFunction } from 'i18next';
import type { TimelineEvent } from '@/api/tasks';

const KNOWN = [
  'task_created',
  'transition',
  'assigned',
  'claimed',
  'released',
  'transferred',
  'escalated',
  'held',
  'resumed',
  'priority_changed',
  'sla_at_risk',
  'sla_breached',
  'completed',
  'rejected',
  'cancelled',
] as const;
type Known = (typeof KNOWN)[number];

/** One event in plain words, with what the person gave as a reason below it. */
export function describeEvent(event: TimelineEvent, t: TFunction): { text: string; note: string } {
  const who = event.actor?.full_name ?? t('timeline.system');
  const words = {
    who,
    name: text(event.detail.name) || text(event.detail.transition),
    from: named(event.detail.from_step) || named(event.detail.from) || text(event.detail.old),
    to: named(event.detail.to_step) || named(event.detail.to) || text(event.detail.new),
    person: named(event.detail.person) || named(event.detail.assignee) || named(event.detail.to),
    workflow: named(event.detail.workflow),
  };
  const note = text(event.detail.comment) || text(event.detail.reason);
  if ((KNOWN as readonly string[]).includes(event.event)) {
    return { text: t(`timeline.event.${event.event as Known}`, words), note };
  }
  return { text: t('timeline.other', { who, event: event.event.replace(/_/g, ' ') }), note };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function named(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    return text(record.full_name) || text(record.name);
  }
  return text(value);
}
