import type { TaskDetail, TimelineEvent } from '@/api/tasks';

/** A step that the ticket was in. */
export interface Visit {
  /** From 1; a step can come again. */
  number: number;
  name: string;
  /** Seconds in it; null where it is still there, or nobody knows. */
  seconds: number | null;
  isCurrent: boolean;
}

/** The steps that the ticket went through, oldest first, the one that it is in last. */
export function visitsOf(events: TimelineEvent[], task: Pick<TaskDetail, 'current_step'>): Visit[] {
  const visits: Omit<Visit, 'number'>[] = [];
  let since: number | null = null;
  for (const { event, detail, at } of events) {
    const moment = Date.parse(at);
    if (event === 'task_created' || event === 'reopened') since = moment;
    if (event !== 'transition') continue;
    visits.push({
      name: nameOf(detail.from_step),
      seconds: since === null ? null : (moment - since) / 1000,
      isCurrent: false,
    });
    since = moment;
  }
  if (task.current_step) visits.push({ name: task.current_step.name, seconds: null, isCurrent: true });
  else {
    const last = events.findLast((event) => event.event === 'transition');
    if (last) visits.push({ name: nameOf(last.detail.to_step), seconds: null, isCurrent: false });
  }
  return visits.map((visit, index) => ({ ...visit, number: index + 1 }));
}

function nameOf(step: unknown): string {
  return String((step as { name?: string } | undefined)?.name ?? '');
}
