import { http } from './client';
import type { Auth } from './types';

/** For people who are not signed in: the links that come by mail. */

export type Invited = Auth<'InvitedOut'>;

export async function askForResetLink(input: { email: string; captcha: string }): Promise<void> {
  await http.post('/auth/api/v1/password/forgot/', input);
}

export async function setPasswordByLink(input: { token: string; password: string }): Promise<void> {
  await http.post('/auth/api/v1/password/reset/', input);
}

export async function lookUpInvitation(token: string): Promise<Invited> {
  return (await http.post('/auth/api/v1/invitations/lookup/', { token })).data;
}

export async function acceptInvitation(input: { token: string; password: string }): Promise<void> {
  await http.post('/auth/api/v1/invitations/accept/', input);
}
