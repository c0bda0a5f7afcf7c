import { useCallback, useMemo } from 'react';
import { TASK_VIEWS, type TaskListParams, type TaskView } from '@/api/tasks';
import { useUser } from '@/context/SessionContext';
import { joinTexts, splitTexts } from '@/lib/texts';
import { useUrlParams } from '@/lib/useUrlParams';

import { LATE_SCOPES, type LateScope, lateFilter } from './lateWork';

export const PAGE_SIZE = 25;
export const DEFAULT_ORDERING = 'due_at';

export interface TaskViewState {
  view: TaskView;
  status: string[];
  workflow: string[];
  priority: string[];
  role: string[];
  assignee: string[];
  step: string[];
  category: string[];
  department: string[];
  requester: string[];
  created_after: string;
  created_before: string;
  closed_after: string;
  closed_before: string;
  search: string;
  ordering: string;
  page: number;
  /** For late work only. */
  scope: LateScope;
}

const LISTS = [
  'status',
  'workflow',
  'priority',
  'role',
  'assignee',
  'step',
  'category',
  'department',
  'requester',
] as const;
const TEXTS = ['created_after', 'created_before', 'closed_after', 'closed_before', 'search'] as const;

function readList(search: URLSearchParams, name: string): string[] {
  return splitTexts(search.get(name) ?? '');
}

/** The address with these changes; what is as usual is left out of it. */
function patched(
  before: URLSearchParams,
  patch: Partial<TaskViewState>,
  fallback: TaskView,
): URLSearchParams {
  const after = new URLSearchParams(before);
  // Any other change starts again at the first page.
  if (!('page' in patch)) after.delete('page');
  if ('view' in patch) after.delete('scope');
  for (const [name, value] of Object.entries(patch)) {
    const text = Array.isArray(value) ? joinTexts(value) : String(value);
    const isUsual =
      text === '' ||
      (name === 'page' && text === '1') ||
      (name === 'view' && text === fallback) ||
      (name === 'scope' && text === 'mine') ||
      (name === 'ordering' && text === DEFAULT_ORDERING);
    if (isUsual) after.delete(name);
    else after.set(name, text);
  }
  return after;
}

/**
 * The address is the view: what is shown can be bookmarked, shared and walked back to. On a personal
 * list, late work is one's own unless said otherwise.
 */
export function useTaskView(fallback: TaskView, { isPersonal = false } = {}) {
  const { user_id } = useUser();
  const [search, setSearch] = useUrlParams();

  const state = useMemo<TaskViewState>(() => {
    const wanted = search.get('view') as TaskView | null;
    const page = Number.parseInt(search.get('page') ?? '1', 10);
    return {
      view: wanted && TASK_VIEWS.includes(wanted) ? wanted : fallback,
      status: readList(search, 'status'),
      workflow: readList(search, 'workflow'),
      priority: readList(search, 'priority'),
      role: readList(search, 'role'),
      assignee: readList(search, 'assignee'),
      step: readList(search, 'step'),
      category: readList(search, 'category'),
      department: readList(search, 'department'),
      requester: readList(search, 'requester'),
      created_after: search.get('created_after') ?? '',
      created_before: search.get('created_before') ?? '',
      closed_after: search.get('closed_after') ?? '',
      closed_before: search.get('closed_before') ?? '',
      search: search.get('search') ?? '',
      ordering: search.get('ordering') ?? DEFAULT_ORDERING,
      page: Number.isFinite(page) && page > 0 ? page : 1,
      scope: LATE_SCOPES.find((each) => each === search.get('scope')) ?? 'mine',
    };
  }, [search, fallback]);

  const change = useCallback(
    (patch: Partial<TaskViewState>, options?: { replace?: boolean }) => {
      setSearch((before) => patched(before, patch, fallback), options);
    },
    [setSearch, fallback],
  );
  const addressOf = useCallback(
    (patch: Partial<TaskViewState>) => `?${patched(search, patch, fallback)}`,
    [search, fallback],
  );

  const params = useMemo<TaskListParams>(() => {
    const { scope, ...asked } = state;
    const late = isPersonal ? lateFilter(state.view, scope, user_id) : {};
    // What is filtered for by hand goes before what the view is narrowed to.
    const status = asked.status.length > 0 ? asked.status : late.status;
    return { ...asked, ...late, status, page_size: PAGE_SIZE };
  }, [state, isPersonal, user_id]);
  const filtered = LISTS.some((name) => state[name].length > 0) || TEXTS.some((name) => state[name] !== '');
  const clear = useCallback(
    () =>
      change(
        Object.fromEntries([
          ...LISTS.map((name) => [name, [] as string[]]),
          ...TEXTS.map((name) => [name, '']),
        ]) as Partial<TaskViewState>,
      ),
    [change],
  );
  return { state, params, change, addressOf, clear, filtered };
}
