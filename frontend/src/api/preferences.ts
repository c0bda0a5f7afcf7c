import { queryOptions } from '@tanstack/react-query';
import { getData, http } from './client';
import type { NotificationInput, Notifications } from './types';

export type Channel = 'inapp' | 'email';

/** The schema names the type as plain text. */
export type TypePreference = Omit<Notifications<'PreferenceOut'>, 'notification_type'> & {
  notification_type: Notifications<'NotificationType'>;
};

export type MailSchedule = Notifications<'Schedule'>;

export type Preferences = Omit<Notifications<'PreferencesOut'>, 'types'> & { types: TypePreference[] };

export type PreferenceChanges = NotificationInput<'PatchedPreferencesInRequest'>;

const ROOT = '/notification/api/v1/notifications/preferences/';

export const preferencesKey = ['preferences'] as const;

export const preferencesQuery = () =>
  queryOptions({
    queryKey: preferencesKey,
    queryFn: ({ signal }) => getData<Preferences>(ROOT, { signal }),
  });

export async function changePreferences(changes: PreferenceChanges): Promise<Preferences> {
  return (await http.patch(ROOT, changes)).data;
}
