import type { TaskRow } from '@/api/tasks';

export interface Column {
  key: string;
  workflow: string;
  /** None: the steps are done, another system has it. */
  step: string | null;
  tasks: TaskRow[];
}

/**
 * One column for each step that has tickets, workflow by workflow. Versions of one workflow share their columns; the
 * ids of steps follow the order of the definition.
 */
export function columnsOf(tasks: TaskRow[]): Column[] {
  const columns = new Map<string, Column & { order: number }>();
  for (const task of tasks) {
    const step = task.current_step?.name ?? null;
    const key = `${task.workflow.id}/${step ?? ''}`;
    const column = columns.get(key) ?? {
      key,
      workflow: task.workflow.name,
      step,
      tasks: [],
      order: task.current_step?.id ?? Number.POSITIVE_INFINITY,
    };
    column.tasks.push(task);
    columns.set(key, column);
  }
  return [...columns.values()].sort((a, b) => a.workflow.localeCompare(b.workflow) || a.order - b.order);
}
