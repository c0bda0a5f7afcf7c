import { queryOptions } from '@tanstack/react-query';
import { getData, http } from './client';
import type { Auth, AuthInput } from './types';

export type SignedIn = Auth<'SignedInOut'>;

export type OtpRequired = Auth<'OtpRequiredOut'>;

export type Credentials = AuthInput<'LoginInRequest'>;

export async function logIn(credentials: Credentials): Promise<SignedIn | OtpRequired> {
  return (await http.post('/auth/login/', credentials, { withCredentials: true })).data;
}

export async function submitOtp(input: { challenge: string; code: string }): Promise<SignedIn> {
  return (await http.post('/auth/login/otp/', input, { withCredentials: true })).data;
}

export async function resendOtp(challenge: string): Promise<OtpRequired> {
  return (await http.post('/auth/login/otp/resend/', { challenge })).data;
}

/** Ends the session; returns where to sign out as well when it came from a provider, else null. */
export async function logOut(): Promise<string | null> {
  const { data } = await http.post<Auth<'ProviderSignOutOut'> | undefined>(
    '/auth/logout/',
    {},
    { withCredentials: true },
  );
  return data?.provider_sign_out ?? null;
}

export type SignInProvider = Auth<'ButtonOut'>;

export const signInProvidersQuery = () =>
  queryOptions({
    queryKey: ['sign-in-providers'],
    queryFn: ({ signal }) => getData<Auth<'ButtonsOut'>>('/auth/oidc/providers/', { signal }),
    select: (found) => found.providers,
  });
