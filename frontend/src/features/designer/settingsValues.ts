import type { WorkflowDetail, WorkflowValues } from '@/api/definitions';
import type { Priority } from '@/api/types';
import { parseDuration, writeDuration } from '@/lib/duration';
import { type Escalation, escalationChanges, escalationOf } from './EscalationFields';
import type { FieldType } from './FieldTypes';

/** The settings of a workflow as the form holds them: texts, as they are typed. */

export const PRIORITIES: Priority[] = ['urgent', 'high', 'medium', 'low'];
const TEXTS = ['name', 'description', 'category', 'sub_category', 'department'] as const;

export type SettingsValues = Record<(typeof TEXTS)[number], string> & {
  is_default: boolean;
  end_logic: WorkflowDetail['end_logic'];
  at_risk_percent: string;
  calendar: string;
  coordinator: string;
  sla: Record<Priority, string>;
  fields: FieldType[];
  decisive: string;
  reopen_days: string;
  escalation: Escalation;
};

export function settingsOf(workflow: WorkflowDetail): SettingsValues {
  return {
    name: workflow.name,
    description: workflow.description,
    category: workflow.category,
    sub_category: workflow.sub_category,
    department: workflow.department,
    is_default: workflow.is_default,
    end_logic: workflow.end_logic,
    at_risk_percent: String(workflow.at_risk_percent),
    fields: Object.entries(workflow.field_types).map(([path, type]) => ({ path, type })),
    decisive: workflow.decisive_fields.join(', '),
    reopen_days: String(workflow.reopen_days),
    escalation: escalationOf(workflow),
    calendar: String(workflow.calendar?.id ?? ''),
    coordinator: String(workflow.coordinator_role?.id ?? ''),
    sla: Object.fromEntries(
      PRIORITIES.map((priority) => {
        const seconds = workflow[`${priority}_sla`];
        return [priority, seconds === null ? '' : writeDuration(seconds)];
      }),
    ) as Record<Priority, string>,
  };
}

/** Findings lead to the field that they are about. */
export const place = (field: string) => ({ 'data-field': field });

export function isWrongDuration(text: string): boolean {
  return text.trim() !== '' && parseDuration(text) === null;
}

/** What is sent of them. */
export function settingsInput(values: SettingsValues, workflow: WorkflowDetail): WorkflowValues {
  const sla = Object.fromEntries(
    PRIORITIES.map((priority) => [
      `${priority}_sla`,
      values.sla[priority].trim() === '' ? null : parseDuration(values.sla[priority]),
    ]),
  );
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, values[name]])),
    ...sla,
    is_default: values.is_default,
    end_logic: values.end_logic,
    at_risk_percent: Number(values.at_risk_percent),
    field_types: Object.fromEntries(
      values.fields.filter(({ path }) => path.trim()).map(({ path, type }) => [path.trim(), type]),
    ),
    decisive_fields: [...new Set(values.decisive.split(/[,\s]+/).filter(Boolean))],
    reopen_days: Number(values.reopen_days),
    ...escalationChanges(values.escalation, workflow),
    calendar_id: values.calendar ? Number(values.calendar) : null,
    ...(values.coordinator && { coordinator_role_id: Number(values.coordinator) }),
  };
}
