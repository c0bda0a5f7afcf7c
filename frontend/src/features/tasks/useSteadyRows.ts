import { useState } from 'react';
import type { TaskRow } from '@/api/tasks';

interface Steady {
  /** In the order they were in when holding began, with their present values. */
  shown: TaskRow[];
  /** Of `shown`, those that have left the list. */
  gone: ReadonlySet<number>;
  /** How many wait to be shown. */
  fresh: number;
  show: () => void;
}

/**
 * Rows that hold still while somebody points at them or has chosen some: what arrives is counted, what leaves keeps
 * its place. `list` names what is listed; another list is shown as it is.
 */
export function useSteadyRows(rows: TaskRow[], list: string, isHeld: boolean): Steady {
  const [kept, setKept] = useState({ list, rows });
  const isSteady = isHeld && kept.list === list && kept.rows.length > 0;
  if (!isSteady && (kept.list !== list || kept.rows !== rows)) setKept({ list, rows });
  if (!isSteady) return { shown: rows, gone: new Set(), fresh: 0, show: () => {} };

  const now = new Map(rows.map((row) => [row.id, row]));
  const before = new Set(kept.rows.map((row) => row.id));
  return {
    shown: kept.rows.map((row) => now.get(row.id) ?? row),
    gone: new Set([...before].filter((id) => !now.has(id))),
    fresh: rows.filter((row) => !before.has(row.id)).length,
    show: () => setKept({ list, rows }),
  };
}
