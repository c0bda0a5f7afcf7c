import type { AvailableTransition, BoardColumn, TaskDetail } from '@/api/tasks';

export function columnKey({ workflow, step }: BoardColumn): string {
  return `${workflow.id}/${step?.key ?? ''}`;
}

/** The transitions of the task that lead into this column. */
export function movesInto(column: BoardColumn, task: TaskDetail): AvailableTransition[] {
  if (column.workflow.id !== task.workflow.id) return [];
  return task.available_transitions.filter(({ to_step }) => column.step_ids.includes(to_step.id));
}

/** Those that lead to a step without a column: an end of the workflow, or a step without tickets. */
export function movesElsewhere(columns: BoardColumn[], task: TaskDetail): AvailableTransition[] {
  const ids = new Set(
    columns.flatMap((column) => (column.workflow.id === task.workflow.id ? column.step_ids : [])),
  );
  return task.available_transitions.filter(({ to_step }) => !ids.has(to_step.id));
}
