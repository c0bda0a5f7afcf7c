import type { Condition } from '@/api/definitions';
import type { Priority } from '@/api/types';
import type { FieldType as DeclaredType } from './FieldTypes';

/** The sample ticket of a dry run: what every ticket has, and the fields that the conditions of the workflow read. */

export interface Sample {
  subject: string;
  category: string;
  sub_category: string;
  department: string;
  priority: Priority;
  requester: string;
  email: string;
  /** The other fields by their paths, as they are typed; what is empty is not given. */
  fields: Record<string, string>;
}

export type SampleKind = 'number' | 'date' | 'yes_no' | 'text';

export interface SampleField {
  path: string;
  kind: SampleKind;
  /** Values that conditions compare it with. */
  examples: string[];
}

/** What has an input of its own, or is not for a sample to say. */
const OWN = new Set([
  'ticket_number',
  'subject',
  'category',
  'sub_category',
  'department',
  'priority',
  'employee.name',
  'employee.email',
]);
const NUMBERS = new Set(['requested_budget', 'source_version', 'attachments.size']);
const DATES = new Set(['expected_return_date', 'performance_start_date', 'performance_end_date']);
/** Names that hold lists; a path without a place names a field of every entry. */
const LISTS = new Set(['cost_items', 'attachments']);

type Comparison = Extract<Condition, { field: string }>;

function comparisonsOf(condition: Condition | null): Comparison[] {
  if (condition === null) return [];
  if ('field' in condition) return [condition];
  if ('not' in condition) return comparisonsOf(condition.not);
  return ('all' in condition ? condition.all : condition.any).flatMap(comparisonsOf);
}

/** The fields that these conditions read, in the order of their names, but those that every ticket has. */
export function fieldsOf(
  conditions: (Condition | null)[],
  declared: Record<string, DeclaredType['type']>,
): SampleField[] {
  const found = new Map<string, unknown[]>();
  for (const { field, op, value } of conditions.flatMap(comparisonsOf)) {
    if (OWN.has(field)) continue;
    const values = op === 'exists' ? [] : Array.isArray(value) ? value : [value];
    found.set(field, [...(found.get(field) ?? []), ...values]);
  }
  return [...found.entries()]
    .map(([path, values]) => ({
      path,
      // Where nothing is declared, the compared value says what it is.
      kind: kindOf(path, declared) ?? kindOfValue(values[0]),
      examples: [...new Set(values.map(String))],
    }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function kindOf(path: string, declared: Record<string, DeclaredType['type']>): SampleKind | null {
  const plain = path
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .join('.');
  const type = declared[plain];
  if (NUMBERS.has(plain) || type === 'number' || type === 'money') return 'number';
  if (DATES.has(plain) || type === 'date') return 'date';
  if (type === 'yes_no') return 'yes_no';
  return type === undefined ? null : 'text';
}

function kindOfValue(value: unknown): SampleKind {
  if (typeof value === 'boolean') return 'yes_no';
  if (typeof value === 'number') return 'number';
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? 'date' : 'text';
}

/** The ticket as a help desk would send it. */
export function ticketOf(sample: Sample, fields: SampleField[]): Record<string, unknown> {
  const ticket: Record<string, unknown> = {
    subject: sample.subject,
    category: sample.category,
    department: sample.department,
    priority: sample.priority,
  };
  if (sample.sub_category.trim()) ticket.sub_category = sample.sub_category;
  const employee: Record<string, unknown> = {};
  if (sample.requester.trim()) employee.name = sample.requester.trim();
  if (sample.email.trim()) employee.email = sample.email.trim();
  if (Object.keys(employee).length > 0) ticket.employee = employee;
  for (const { path, kind } of fields) {
    const text = (sample.fields[path] ?? '').trim();
    if (text !== '') put(ticket, path.split('.'), typedValue(kind, text));
  }
  return ticket;
}

function typedValue(kind: SampleKind, text: string): unknown {
  // What is no number is sent as it is typed: the server says what is wrong with it.
  if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  return kind === 'yes_no' ? text === 'yes' : text;
}

function put(target: Record<string, unknown>, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  if (LISTS.has(name)) {
    const [place, ...below] = /^\d+$/.test(rest[0] ?? '') ? rest : ['0', ...rest];
    const list = (Array.isArray(target[name]) ? target[name] : []) as Record<string, unknown>[];
    const index = Math.min(Number(place), list.length);
    list[index] ??= {};
    target[name] = list;
    put(list[index], below, value);
    return;
  }
  const inner = target[name];
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  target[name] = next;
  put(next, rest, value);
}
