import { http } from './client';

export interface SignedIn {
  access: string;
  expires_in: number;
}

export interface OtpRequired {
  otp_required: true;
  challenge: string;
  method: 'email' | 'totp';
  expires_in: number;
}

export interface Credentials {
  email: string;
  password: string;
  captcha?: string;
}

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
