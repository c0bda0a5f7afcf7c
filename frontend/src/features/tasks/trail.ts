import { useEffect, useSyncExternalStore } from 'react';
import type { TaskListParams, TaskRow } from '@/api/tasks';

/** The list that a ticket was opened from, so that one can walk on through it. Kept per tab, also over a reload. */
export interface Trail {
  /** Where the list is, with its view, filters and page. */
  address: string;
  label: string;
  params: TaskListParams;
  page: number;
  pageSize: number;
  count: number;
  /** The ticket numbers of the page, in the order shown. */
  numbers: string[];
  /** The ticket that was looked at last. */
  current: string | null;
}

const KEY = 'tts.trail';
const listeners = new Set<() => void>();
let seen: { text: string | null; trail: Trail | null } = { text: null, trail: null };

export function readTrail(): Trail | null {
  const text = sessionStorage.getItem(KEY);
  if (text !== seen.text) seen = { text, trail: text ? (JSON.parse(text) as Trail) : null };
  return seen.trail;
}

export function keepTrail(trail: Trail): void {
  sessionStorage.setItem(KEY, JSON.stringify(trail));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTrail(): Trail | null {
  return useSyncExternalStore(subscribe, readTrail);
}

/** Remember this list as the one that tickets are opened from, and go back to the row that was left. */
export function useLeaveTrail(
  label: string,
  rows: TaskRow[] | undefined,
  list: { params: TaskListParams; page: number; pageSize: number; count: number | undefined },
): void {
  const numbers = rows?.map((row) => row.ticket_number).join(' ');
  const params = JSON.stringify(list.params);
  const { page, pageSize, count } = list;
  useEffect(() => {
    if (numbers === undefined || count === undefined) return;
    const address = window.location.pathname + window.location.search;
    const before = readTrail();
    const left = before?.address === address ? before.current : null;
    keepTrail({
      address,
      label,
      params: JSON.parse(params) as TaskListParams,
      page,
      pageSize,
      count,
      numbers: numbers ? numbers.split(' ') : [],
      current: null,
    });
    if (left === null) return;
    const row = document.querySelector<HTMLElement>(`a[data-subject][href="/tickets/${left}"]`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'center' });
  }, [label, numbers, params, page, pageSize, count]);
}
