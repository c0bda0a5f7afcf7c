import type { Condition } from '@/api/definitions';

/** Conditions that the form can show: one list of comparisons. Deeper ones are edited as text. */

export const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'contains',
  'exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type FieldType = 'number' | 'date' | 'dateTime' | 'text';

/** Fields that every ticket may have, and what they hold; others are named by their path: `dynamic_data.share`. */
const TYPES: Record<string, FieldType> = {
  priority: 'text',
  category: 'text',
  sub_category: 'text',
  department: 'text',
  'employee.department': 'text',
  location: 'text',
  asset_name: 'text',
  requested_budget: 'number',
  expected_return_date: 'date',
  performance_start_date: 'date',
  performance_end_date: 'date',
  submitted_at: 'dateTime',
};
export const FIELDS = Object.keys(TYPES);
const ORDERING: readonly Operator[] = ['gt', 'gte', 'lt', 'lte'];
const LISTS: readonly Operator[] = ['in', 'not_in'];

const FORMS: Record<Exclude<FieldType, 'text'>, RegExp> = {
  number: /^[+-]?\d+(\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  dateTime: /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})$/,
};

/** The comparisons that make sense for the field. */
export function operatorsOf(field: string): readonly Operator[] {
  const type = TYPES[field];
  if (type === undefined) return OPERATORS;
  return OPERATORS.filter((op) => (type === 'text' ? !ORDERING.includes(op) : op !== 'contains'));
}

function formOf(field: string, op: Operator, value: string): FieldType | null {
  const type = TYPES[field];
  if (type !== undefined || !ORDERING.includes(op)) return type ?? 'text';
  const forms = ['number', 'date', 'dateTime'] as const;
  return forms.find((form) => FORMS[form].test(value)) ?? null;
}

/** What is wrong with a row, as the name of a text; null when it can be stored. */
export function problemOf({
  field,
  op,
  value,
}: Comparison): 'empty' | 'order' | Exclude<FieldType, 'text'> | null {
  if (op === 'exists') return field.trim() === '' ? 'empty' : null;
  const values = LISTS.includes(op) ? listed(value) : [value.trim()];
  if (field.trim() === '' || values.length === 0) return 'empty';
  for (const each of values) {
    const form = formOf(field, op, each);
    if (form === null) return 'order';
    if (form !== 'text' && !FORMS[form].test(each)) return each === '' ? 'empty' : form;
  }
  return null;
}

function listed(value: string): string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

/** The value as what it is: a number, true or false where no text is meant, else the text. */
function typed(field: string, op: Operator, value: string): string | number | boolean {
  const form = formOf(field, op, value.trim());
  if (form === 'number') return Number(value);
  if (form !== 'text') return value.trim();
  if (TYPES[field] === undefined && /^(true|false)$/i.test(value.trim()))
    return value.trim().toLowerCase() === 'true';
  return value;
}

export interface Comparison {
  field: string;
  op: Operator;
  value: string;
}

export interface SimpleCondition {
  join: 'all' | 'any';
  rows: Comparison[];
}

export function asSimple(condition: Condition | null): SimpleCondition | null {
  if (condition === null) return { join: 'all', rows: [] };
  if ('all' in condition) return fromList('all', condition.all);
  if ('any' in condition) return fromList('any', condition.any);
  if ('not' in condition) return null;
  return fromList('all', [condition]);
}

function fromList(join: 'all' | 'any', parts: Condition[]): SimpleCondition | null {
  const rows: Comparison[] = [];
  for (const part of parts) {
    if (!('field' in part) || !OPERATORS.includes(part.op as Operator)) return null;
    rows.push({ field: part.field, op: part.op as Operator, value: shown(part.op, part.value) });
  }
  return { join, rows };
}

function shown(op: string, value: unknown): string {
  if (op === 'exists') return value === false ? 'no' : 'yes';
  if (Array.isArray(value)) return value.join(', ');
  return value === undefined || value === null ? '' : String(value);
}

/** Return the condition; rows that can't be stored yet are left out. */
export function fromSimple({ join, rows }: SimpleCondition): Condition | null {
  const parts = rows
    .filter((row) => problemOf(row) === null)
    .map(({ field, op, value }): Condition => {
      if (op === 'exists') return { field, op, value: value !== 'no' };
      if (LISTS.includes(op))
        return { field, op, value: listed(value).map((each) => typed(field, op, each)) };
      return { field, op, value: typed(field, op, value) };
    });
  if (parts.length === 0) return null;
  if (parts.length === 1) return parts[0] as Condition;
  return join === 'all' ? { all: parts } : { any: parts };
}
