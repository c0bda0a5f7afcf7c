import { queryOptions } from '@tanstack/react-query';
import { allPages, getData, http, succeedSession } from './client';
import type { Auth, AuthInput } from './types';

/** What people do with their own account. */

export type OtpMethod = Auth<'OtpMethod'>;

export type Profile = Auth<'UserOut'>;

export type OtpState = Auth<'OtpOut'>;

export type Session = Auth<'SessionOut'>;

const ME = '/auth/api/v1/users/me/';

export const accountKeys = {
  me: ['account', 'me'] as const,
  otp: ['account', 'otp'] as const,
  password: ['account', 'password'] as const,
  sessions: ['account', 'sessions'] as const,
};

export const meQuery = () =>
  queryOptions({
    queryKey: accountKeys.me,
    queryFn: ({ signal }) => getData<Profile>(ME, { signal }),
  });

export type ProfileChanges = AuthInput<'PatchedMeInRequest'>;

export type EmailCodeSent = Auth<'EmailCodeOut'>;

/** With a new email address and no code, a code is sent to that address and nothing is changed yet. */
export async function changeMe(changes: ProfileChanges): Promise<Profile | EmailCodeSent> {
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

export const ownPasswordQuery = () =>
  queryOptions({
    queryKey: accountKeys.password,
    queryFn: ({ signal }) => getData<Auth<'OwnPasswordOut'>>(`${ME}password/`, { signal }),
  });

/** For whoever has no password yet: a link to set one comes by mail. */
export async function askForFirstPassword(): Promise<void> {
  await http.post(`${ME}password/`);
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
    queryFn: ({ signal }) => getData<OtpState>(`${ME}otp/`, { signal }),
  });

export async function enableMailCodes(currentPassword: string): Promise<OtpState> {
  return (await http.post(`${ME}otp/`, { method: 'email', current_password: currentPassword })).data;
}

export async function beginAuthenticator(currentPassword: string): Promise<{ secret: string; uri: string }> {
  return (await http.post(`${ME}otp/`, { method: 'totp', current_password: currentPassword })).data;
}

export async function confirmAuthenticator(code: string): Promise<string[]> {
  return (await http.post(`${ME}otp/confirm/`, { code })).data.recovery_codes;
}

/** Returns the recovery codes, which are shown this one time. */
export async function enablePasskeys(currentPassword: string): Promise<string[]> {
  return (await http.post(`${ME}otp/`, { method: 'passkey', current_password: currentPassword })).data
    .recovery_codes;
}

export async function disableTwoFactor(currentPassword: string): Promise<OtpState> {
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
