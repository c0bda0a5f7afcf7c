import { useMemo } from 'react';
import { useSetting } from '@/lib/settings';

export const COLUMNS = [
  'step',
  'workflow',
  'role',
  'status',
  'assignee',
  'owner',
  'created',
  'updated',
] as const;
/** `closed` belongs to lists of finished work only, and is not chosen by the person. */
export type ColumnName = (typeof COLUMNS)[number] | 'closed';

export const USUAL_COLUMNS: readonly ColumnName[] = ['step', 'status', 'assignee'];
export const ARCHIVE_COLUMNS: readonly ColumnName[] = ['workflow', 'status', 'closed'];

/** The columns this person chose for lists of tickets, in their usual order. */
export function useColumns(): [ColumnName[], (chosen: readonly string[]) => void] {
  const [kept, keep] = useSetting('columns');
  const chosen = useMemo(() => {
    const names = kept.split(',');
    return COLUMNS.filter((name) => names.includes(name));
  }, [kept]);
  return [chosen, (next) => keep(COLUMNS.filter((name) => next.includes(name)).join(','))];
}
