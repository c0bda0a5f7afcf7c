import '@/i18n/ticket';
import type { TFunction } from 'i18next';
import type { TimelineEvent } from '@/api/tasks';
import { systemReason } from '@/lib/systemReason';
import { formatDateTime } from '@/lib/time';

const PLAIN = [
  'claimed',
  'resumed',
  'answered',
  'completed',
  'rejected',
  'cancelled',
  'handing_off',
  'handoff_acknowledged',
  'handoff_failed',
  'handoff_waived',
  'handoff_retried',
  'ticket_updated',
  'votes_voided',
  'vote_decided',
  'vote_withdrawn',
  'lead_called',
  'decidable',
  'task_migrated',
  'deadline_moved',
] as const;
type Plain = (typeof PLAIN)[number];

export interface Description {
  text: string;
  note: string;
}

/** One event in plain words, with what the person gave as a reason below it. */
export function describeEvent(event: TimelineEvent, t: TFunction): Description {
  const reason = systemReason(event.reason_code, text(event.detail.reason));
  return { text: sentence(event, t), note: text(event.detail.comment) || reason };
}

function sentence({ event, actor, detail }: TimelineEvent, t: TFunction): string {
  const who = actor?.full_name ?? t('timeline.system');
  switch (event) {
    case 'task_created': {
      const workflow = named(detail.workflow);
      const assignee = named(detail.assignee);
      return assignee
        ? t('timeline.event.task_created_assigned', { workflow, assignee })
        : t('timeline.event.task_created', { workflow });
    }
    case 'transition': {
      const words = {
        who,
        name: named(detail.transition),
        from: named(detail.from_step),
        to: named(detail.to_step),
      };
      const principal = named(detail.on_behalf_of);
      return principal
        ? t('timeline.event.transition_for', { ...words, principal })
        : t('timeline.event.transition', words);
    }
    case 'held': {
      const until = text(detail.until);
      if (until) return t('timeline.event.held_until', { who, time: formatDateTime(until) });
      return t(detail.until_answer ? 'timeline.event.held_for_answer' : 'timeline.event.held', { who });
    }
    case 'vote':
      return t('timeline.event.vote', { who, outcome: t(`outcome.${text(detail.outcome) as 'approve'}`) });
    case 'assigned':
      return t('timeline.event.assigned', { person: named(detail.assignee) });
    case 'released':
      return t('timeline.event.released', { who });
    case 'transferred':
      return t('timeline.event.transferred', { who, person: named(detail.to_person) });
    case 'escalated': {
      const target = named(detail.to_person) || text(detail.role);
      return target
        ? t('timeline.event.escalated', { who, target })
        : t('timeline.event.escalated_up', { who });
    }
    case 'repooled': {
      const person = named(detail.from_person);
      const next = named(detail.assignee);
      return next
        ? t('timeline.event.repooled_to', { person, next })
        : t('timeline.event.repooled', { person });
    }
    case 'owner_changed':
      return t('timeline.event.owner_changed', { person: named(detail.to_person) });
    case 'reopened':
      return t('timeline.event.reopened', { who, cycle: text(detail.cycle) });
    case 'move_offered':
      return t('timeline.event.move_offered', { workflow: named(detail.workflow) });
    case 'priority_changed':
      return t('timeline.event.priority_changed', {
        who,
        from: t(`priority.${text(detail.old) as 'low'}`),
        to: t(`priority.${text(detail.new) as 'low'}`),
      });
    case 'sla_at_risk':
    case 'sla_breached':
      return t(`timeline.event.${event}_${detail.clock === 'step' ? 'step' : 'task'}`);
  }
  if ((PLAIN as readonly string[]).includes(event)) return t(`timeline.event.${event as Plain}`, { who });
  return t('timeline.other', { who, event: event.replace(/_/g, ' ') });
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
