import { type TaskListParams, type TaskView, taskCountQuery } from '@/api/tasks';
import type { TaskStatus } from '@/api/types';

/** Whose late work: one's own, what somebody of the team can act on, or what waits for another system. */
export const LATE_SCOPES = ['mine', 'team', 'handed_off'] as const;
export type LateScope = (typeof LATE_SCOPES)[number];

const IN_WORK: TaskStatus[] = ['pending', 'in_progress', 'on_hold'];

export function isLateView(view: TaskView): boolean {
  return view === 'at_risk' || view === 'breached';
}

/** What a view of late work is narrowed to; nothing for the other views. */
export function lateFilter(view: TaskView, scope: LateScope, userId: number): TaskListParams {
  if (!isLateView(view)) return {};
  if (scope === 'handed_off') return { status: ['handing_off'] };
  return { status: IN_WORK, ...(scope === 'mine' && { assignee: [String(userId)] }) };
}

/** How many the view shows this person when it is opened: one number for the home page, the tabs and the menu. */
export function viewCountQuery(view: TaskView, userId: number) {
  return taskCountQuery(view, lateFilter(view, 'mine', userId));
}
