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

/** Fields that every ticket may have; others are named by their path, such as `dynamic_data.share`. */
export const FIELDS = [
  'priority',
  'category',
  'sub_category',
  'department',
  'employee.department',
  'location',
  'asset_name',
  'requested_budget',
];

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

export function fromSimple({ join, rows }: SimpleCondition): Condition | null {
  const parts = rows.map(({ field, op, value }): Condition => {
    if (op === 'exists') return { field, op, value: value !== 'no' };
    if (op === 'in' || op === 'not_in')
      return {
        field,
        op,
        value: value
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean),
      };
    return { field, op, value };
  });
  if (parts.length === 0) return null;
  if (parts.length === 1) return parts[0] as Condition;
  return join === 'all' ? { all: parts } : { any: parts };
}
