import { http } from './client';
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

export async function logOut(): Promise<void> {
  await http.post('/auth/logout/', {}, { withCredentials: true });
}
