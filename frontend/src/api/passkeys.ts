import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';
import { postOnce } from './once';
import type { SignedIn } from './session';
import type { Auth, AuthInput } from './types';

export type Passkey = Auth<'PasskeyOut'>;

/** What the authenticator made or signed, in the JSON form of WebAuthn. */
export type NewCredential = AuthInput<'NewCredentialInRequest'>;
export type Assertion = AuthInput<'AnswerInRequest'>;

/** What the browser is asked, in the JSON form of WebAuthn. */
export type PasskeyOptions = Record<string, unknown>;

const OWN = '/auth/api/v1/users/me/passkeys/';
const LOGIN = '/auth/login/passkey/';

export const passkeysQuery = () =>
  queryOptions({
    queryKey: ['account', 'passkeys'],
    queryFn: ({ signal }) => allPages<Passkey>(OWN, {}, signal),
  });

export async function beginPasskey(currentPassword: string): Promise<PasskeyOptions> {
  return (await http.post(`${OWN}options/`, { current_password: currentPassword })).data.options;
}

export function addPasskey(name: string, credential: NewCredential): Promise<Passkey> {
  return postOnce<Passkey>(OWN, { name, credential });
}

export async function renamePasskey(id: number, name: string): Promise<Passkey> {
  return (await http.patch(`${OWN}${id}/`, { name })).data;
}

export async function removePasskey(id: number, currentPassword: string): Promise<void> {
  await http.post(`${OWN}${id}/remove/`, { current_password: currentPassword });
}

/** `challenge` is that of a second step; without it the passkey signs in alone. */
export async function beginPasskeySignIn(challenge?: string): Promise<PasskeyOptions> {
  return (await http.post(`${LOGIN}options/`, { challenge }, { withCredentials: true })).data.options;
}

export async function finishPasskeySignIn(credential: Assertion, challenge?: string): Promise<SignedIn> {
  return (await http.post(LOGIN, { credential, challenge }, { withCredentials: true })).data;
}
