import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';
import type { Workflow, WorkflowInput } from './types';

/** A link by which a calendar program reads one's deadlines. Only a new one shows the link itself. */
export type CalendarFeed = Workflow<'CalendarFeedOut'>;
export type NewCalendarFeed = Workflow<'NewCalendarFeedOut'>;

const URL = '/workflow/calendar-feeds/';

export const calendarFeedsKey = ['calendar-feeds'] as const;

export const calendarFeedsQuery = () =>
  queryOptions({
    queryKey: calendarFeedsKey,
    queryFn: ({ signal }) => allPages<CalendarFeed>(URL, {}, signal),
  });

export async function createCalendarFeed(
  input: WorkflowInput<'CalendarFeedInRequest'>,
): Promise<NewCalendarFeed> {
  return (await http.post(URL, input)).data;
}

export async function revokeCalendarFeed(id: number): Promise<void> {
  await http.delete(`${URL}${id}/`);
}
