import type { TFunction } from 'i18next';
import type { Condition } from '@/api/definitions';
import { formatDuration } from '@/lib/time';

/** What changed in a definition, in the words of the designer's own forms. */

const PERSONAL = [
  'name',
  'description',
  'instruction',
  'kind',
  'role',
  'escalate_to',
  'assignment',
  'weight',
  'approval',
  'is_start',
  'is_end',
  'is_reopen',
  'end_status',
  'return_cap',
  'outcome',
  'requires_comment',
  'is_automatic',
  'condition',
  'from_step',
  'to_step',
  'precedence',
  'end_logic',
  'low_sla',
  'medium_sla',
  'high_sla',
  'urgent_sla',
  'at_risk_percent',
  'field_types',
  'decisive_fields',
  'reopen_days',
  'escalation_trigger',
  'second_escalation_role',
  'second_escalation_after',
  'hand_over_after',
  'calendar',
  'coordinator_role',
] as const;
type Field = (typeof PERSONAL)[number];

const isKnown = (field: string): field is Field => PERSONAL.some((each) => each === field);

export function fieldName(field: string, t: TFunction): string {
  return isKnown(field) ? t(`designer.changes.field.${field}`) : field.replaceAll('_', ' ');
}

export function valueText(field: string, value: unknown, t: TFunction): string {
  if (typeof value === 'boolean') return t(value ? 'designer.changes.yes' : 'designer.changes.no');
  if (field === 'escalate_to' && !value) return t('designer.step.toLead');
  if (field === 'calendar') return value ? calendarText(value, t) : t('designer.settings.always');
  if (value === null || value === undefined || value === '') return '–';
  if (/_(sla|after)$/.test(field) && typeof value === 'number') return formatDuration(value);
  if (field === 'condition') return conditionText(value as Condition, t);
  switch (field) {
    case 'kind':
      return t(`workflows.kind.${value as 'action'}`);
    case 'assignment':
      return t(`designer.step.assignmentName.${value as 'claim'}`);
    case 'outcome':
      return t(`designer.transition.outcomeName.${value as 'forward'}`);
    case 'end_logic':
      return t(`workflows.end.${value as 'asset'}`);
    case 'end_status':
      return t(`status.${value as 'completed'}`);
    case 'escalation_trigger':
      return t(`designer.settings.trigger.${value as 'at_risk'}`);
    case 'at_risk_percent':
      return `${value} %`;
    case 'approval':
      return approvalText(value, t);
  }
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : '–';
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, each]) => `${name}: ${each}`);
    return pairs.length > 0 ? pairs.join(', ') : '–';
  }
  return String(value);
}

function approvalText(value: unknown, t: TFunction): string {
  const { required, mode } = value as { required?: number; mode?: string };
  if (required === undefined) return '–';
  return mode === 'percent' ? `${required} %` : t('designer.changes.approvals', { count: required });
}

/** A calendar's own name says little where its hours changed: both are named. */
function calendarText(value: unknown, t: TFunction): string {
  const { name, time_zone, hours, holidays } = value as {
    name: string;
    time_zone: string;
    hours: Record<string, string[][]>;
    holidays: string[];
  };
  const intervals = Object.values(hours).flat();
  const minutes = intervals.reduce((sum, [from, to]) => sum + minutesOf(to) - minutesOf(from), 0);
  return t('designer.changes.calendar', {
    name,
    zone: time_zone,
    hours: Number((minutes / 60).toFixed(1)),
    count: holidays.length,
  });
}

function minutesOf(time = '00:00'): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'not_in', 'contains'] as const;

export function conditionText(condition: Condition, t: TFunction): string {
  if ('all' in condition) return joined(condition.all, t('designer.changes.and'), t);
  if ('any' in condition) return joined(condition.any, t('designer.changes.or'), t);
  if ('not' in condition) return t('designer.changes.not', { what: conditionText(condition.not, t) });
  const { field, op, value } = condition;
  if (op === 'exists')
    return `${field} ${t(value === false ? 'designer.condition.no' : 'designer.condition.yes')}`;
  const known = OPERATORS.find((each) => each === op);
  return [
    field,
    known ? t(`designer.condition.op.${known}`) : op,
    Array.isArray(value) ? value.join(', ') : String(value ?? ''),
  ].join(' ');
}

function joined(parts: Condition[], word: string, t: TFunction): string {
  return parts
    .map((part) =>
      'field' in part || 'not' in part ? conditionText(part, t) : `(${conditionText(part, t)})`,
    )
    .join(` ${word} `);
}
