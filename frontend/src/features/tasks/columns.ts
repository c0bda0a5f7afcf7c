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
export type ColumnName = (typeof COLUMNS)[number];

export const USUAL_COLUMNS: readonly ColumnName[] = ['step', 'status', 'assignee'];

/** The columns this person chose for lists of tickets, in their usual order. */
export function useColumns(): [ColumnName[], (chosen: readonly string[]) => void] {
  const [kept, keep] = useSetting('columns');
  const chosen = useMemo(() => {
    const names = kept.split(',');
    return COLUMNS.filter((name) => names.includes(name));
  }, [kept]);
  return [chosen, (next) => keep(COLUMNS.filter((name) => next.includes(name)).join(','))];
}
