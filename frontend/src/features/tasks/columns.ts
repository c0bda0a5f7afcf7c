import { useMemo } from 'react';
import { useSetting } from '@/lib/settings';

export const COLUMNS = [
  'step',
  'workflow',
  'role',
  'status',
  'assignee',
  'owner',
  'requester',
  'category',
  'department',
  'created',
  'updated',
] as const;
/** `closed` and `closedBy` belong to lists of finished work only, and are not chosen by the person. */
export type ColumnName = (typeof COLUMNS)[number] | 'closed' | 'closedBy';

export const USUAL_COLUMNS: readonly ColumnName[] = ['step', 'status', 'assignee'];
export const ARCHIVE_COLUMNS: readonly ColumnName[] = ['workflow', 'status', 'closed', 'closedBy'];

/** What the server calls them in a CSV file. */
const EXPORTED: Partial<Record<ColumnName, string>> = {
  created: 'created_at',
  updated: 'updated_at',
  closed: 'closed_at',
  closedBy: 'closed_by',
};

/** The columns of a table as those of a CSV file. */
export function exportedColumns(columns: readonly ColumnName[]): string[] {
  return [
    'priority',
    'ticket_number',
    'subject',
    ...columns.map((name) => EXPORTED[name] ?? name),
    'sla',
    'due_at',
    'remaining_seconds',
  ];
}

/** The columns this person chose for lists of tickets, in their usual order. */
export function useColumns(): [ColumnName[], (chosen: readonly string[]) => void] {
  const [kept, keep] = useSetting('columns');
  const chosen = useMemo(() => {
    const names = kept.split(',');
    return COLUMNS.filter((name) => names.includes(name));
  }, [kept]);
  return [chosen, (next) => keep(COLUMNS.filter((name) => next.includes(name)).join(','))];
}
