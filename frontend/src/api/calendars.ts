import { queryOptions } from '@tanstack/react-query';
import { allPages, getData, http } from './client';
import type { Workflow, WorkflowInput } from './types';

/** The schema leaves the hours open: from "0", Monday, to "6", intervals such as `["08:00", "12:00"]`. */
export type Calendar = Omit<Workflow<'CalendarOut'>, 'hours'> & { hours: Record<string, string[][]> };
export type DeadlineMove = Workflow<'DeadlineMoveOut'>;

export const calendarKeys = {
  all: ['calendars'] as const,
  preview: (id: number, days: string[]) => ['calendars', 'holidays', id, days] as const,
};

export const calendarListQuery = () =>
  queryOptions({
    queryKey: calendarKeys.all,
    queryFn: ({ signal }) => allPages<Calendar>('/workflow/calendars/', {}, signal),
    staleTime: 60_000,
  });

/** When so many seconds of working time, from now on, are over. */
export const dueQuery = (calendar: string, seconds: number | null) =>
  queryOptions({
    queryKey: [...calendarKeys.all, 'due', calendar, seconds],
    queryFn: ({ signal }) =>
      getData<Workflow<'DueOut'>>(`/workflow/calendars/${calendar}/due/`, {
        params: { duration: `${seconds}s` },
        signal,
      }),
    enabled: calendar !== '' && seconds !== null,
    staleTime: 60_000,
  });

export async function setHolidays(id: number, holidays: string[]): Promise<Calendar> {
  return (await http.patch(`/workflow/calendars/${id}/`, { holidays })).data;
}

async function askHolidays(id: number, body: WorkflowInput<'HolidaysInRequest'>): Promise<DeadlineMove[]> {
  return (await http.post(`/workflow/calendars/${id}/apply-holidays/`, body)).data.moves;
}

/** Which deadlines these days would move; it changes nothing. */
export const holidayPreviewQuery = (id: number, days: string[]) =>
  queryOptions({
    queryKey: calendarKeys.preview(id, days),
    queryFn: () => askHolidays(id, { days, reason: '', dry_run: true }),
    enabled: days.length > 0,
    staleTime: 0,
    gcTime: 0,
  });

export function applyHolidays(id: number, days: string[], reason: string): Promise<DeadlineMove[]> {
  return askHolidays(id, { days, reason, dry_run: false });
}
