import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';
import type { Workflow, WorkflowInput } from './types';

/** What one wants to hear of a ticket at a moment: one's own, one of each ticket. */
export type Reminder = Workflow<'ReminderOut'>;

const URL = '/workflow/reminders/';

export const remindersKey = ['reminders'] as const;

export const remindersQuery = () =>
  queryOptions({
    queryKey: remindersKey,
    queryFn: ({ signal }) => allPages<Reminder>(URL, {}, signal),
    staleTime: 60_000,
  });

/** Another one of the same ticket replaces it. */
export async function setReminder(input: WorkflowInput<'ReminderInRequest'>): Promise<Reminder> {
  return (await http.post(URL, input)).data;
}

export async function deleteReminder(id: number): Promise<void> {
  await http.delete(`${URL}${id}/`);
}
