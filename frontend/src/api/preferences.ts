import { queryOptions } from '@tanstack/react-query';
import { http } from './client';

export type Channel = 'inapp' | 'email';

export interface TypePreference {
  notification_type: string;
  label: string;
  is_locked: boolean;
  is_urgent: boolean;
  email: boolean;
  inapp: boolean;
}

export interface MailSchedule {
  time_zone: string;
  quiet_from: string | null;
  quiet_to: string | null;
  digest: string;
  digest_at: string | null;
  is_unsubscribed: boolean;
}

export interface Preferences {
  types: TypePreference[];
  schedule: MailSchedule;
}

export interface PreferenceChanges {
  types?: { notification_type: string; email?: boolean; inapp?: boolean }[];
  schedule?: Partial<MailSchedule>;
}

const ROOT = '/notification/api/v1/notifications/preferences/';

export const preferencesKey = ['preferences'] as const;

export const preferencesQuery = () =>
  queryOptions({
    queryKey: preferencesKey,
    queryFn: async ({ signal }) => (await http.get<Preferences>(ROOT, { signal })).data,
  });

export async function changePreferences(changes: PreferenceChanges): Promise<Preferences> {
  return (await http.patch(ROOT, changes)).data;
}
