import { queryOptions } from '@tanstack/react-query';
import { allPages, http, succeedSession } from './client';

/** What people do with their own account. */

export type OtpMethod = 'none' | 'email' | 'totp';

export interface Profile {
  user_id: number;
  email: string;
  username: string;
  first_name: string;
  middle_name: string;
  last_name: string;
  suffix: string;
  phone_number: string;
  full_name: string;
  department: string;
  company_id: string;
  avatar_url: string;
  is_active: boolean;
  is_locked: boolean;
  locked_until: string | null;
  has_password: boolean;
  otp_method: OtpMethod;
  last_login: string | null;
  date_joined: string;
  version: number;
  roles: Record<string, string[]>;
}

export interface OtpState {
  method: OtpMethod;
  recovery_codes_left: number;
}

export interface Session {
  sid: string;
  device: string;
  address: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  is_current: boolean;
}

const ME = '/auth/api/v1/users/me/';

export const accountKeys = {
  me: ['account', 'me'] as const,
  otp: ['account', 'otp'] as const,
  sessions: ['account', 'sessions'] as const,
};

export const meQuery = () =>
  queryOptions({
    queryKey: accountKeys.me,
    queryFn: async ({ signal }) => (await http.get<Profile>(ME, { signal })).data,
  });

export type ProfileChanges = Partial<
  Pick<Profile, 'email' | 'username' | 'first_name' | 'middle_name' | 'last_name' | 'suffix' | 'phone_number'>
> & { current_password?: string };

export async function changeMe(changes: ProfileChanges): Promise<Profile> {
  return (await http.patch(ME, changes)).data;
}

export async function uploadPicture(file: File): Promise<Profile> {
  const form = new FormData();
  form.append('file', file);
  return (await http.put(`${ME}avatar/`, form, { timeout: 60_000 })).data;
}

export async function removePicture(): Promise<void> {
  await http.delete(`${ME}avatar/`);
}

/** Every session ends with the old password, this one too; the answer opens the next. */
export async function changePassword(input: {
  current_password: string;
  new_password: string;
}): Promise<void> {
  await succeedSession(
    async () =>
      (await http.post<{ access: string }>('/auth/api/v1/password/change/', input, { withCredentials: true }))
        .data.access,
  );
}

export const otpQuery = () =>
  queryOptions({
    queryKey: accountKeys.otp,
    queryFn: async ({ signal }) => (await http.get<OtpState>(`${ME}otp/`, { signal })).data,
  });

export async function chooseMailCodes(currentPassword: string): Promise<OtpState> {
  return (await http.post(`${ME}otp/`, { method: 'email', current_password: currentPassword })).data;
}

export async function beginAuthenticator(currentPassword: string): Promise<{ secret: string; uri: string }> {
  return (await http.post(`${ME}otp/`, { method: 'totp', current_password: currentPassword })).data;
}

export async function confirmAuthenticator(code: string): Promise<string[]> {
  return (await http.post(`${ME}otp/confirm/`, { code })).data.recovery_codes;
}

export async function giveUpSecondFactor(currentPassword: string): Promise<OtpState> {
  return (await http.post(`${ME}otp/disable/`, { current_password: currentPassword })).data;
}

export async function renewRecoveryCodes(currentPassword: string): Promise<string[]> {
  return (await http.post(`${ME}otp/recovery-codes/`, { current_password: currentPassword })).data
    .recovery_codes;
}

export const sessionsQuery = () =>
  queryOptions({
    queryKey: accountKeys.sessions,
    queryFn: ({ signal }) => allPages<Session>(`${ME}sessions/`, {}, signal),
    staleTime: 0,
  });

export async function endSession(sid: string): Promise<void> {
  await http.delete(`${ME}sessions/${encodeURIComponent(sid)}/`);
}

export async function endOtherSessions(): Promise<void> {
  await http.delete(`${ME}sessions/`);
}
