import {
  type Assertion,
  beginPasskeySignIn,
  finishPasskeySignIn,
  type NewCredential,
  type PasskeyOptions,
} from '@/api/passkeys';
import type { SignedIn } from '@/api/session';
import { PasskeysUnsupported } from './passkeyProblem';

export function canUsePasskeys(): boolean {
  return window.isSecureContext && typeof window.PublicKeyCredential === 'function';
}

/** Lets the browser make a passkey. Converted here: older browsers have no conversion of their own. */
export async function makePasskey(options: PasskeyOptions): Promise<NewCredential> {
  const given = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const credential = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        ...(given as unknown as PublicKeyCredentialCreationOptions),
        challenge: toBytes(given.challenge),
        user: { ...given.user, id: toBytes(given.user.id) },
        excludeCredentials: descriptors(given.excludeCredentials),
      },
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...named(credential),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Signs in with a passkey: alone, or as the second step that `challenge` names. */
export async function signInWithPasskey(challenge?: string): Promise<SignedIn> {
  if (!canUsePasskeys()) throw new PasskeysUnsupported();
  const given = (await beginPasskeySignIn(challenge)) as unknown as PublicKeyCredentialRequestOptionsJSON;
  const credential = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        ...(given as unknown as PublicKeyCredentialRequestOptions),
        challenge: toBytes(given.challenge),
        allowCredentials: descriptors(given.allowCredentials),
      },
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  const answer: Assertion = {
    ...named(credential),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle && toText(response.userHandle),
    },
  };
  return finishPasskeySignIn(answer, challenge);
}

async function ask(work: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!canUsePasskeys()) throw new PasskeysUnsupported();
  const credential = await work();
  if (!credential) throw new DOMException('', 'NotAllowedError');
  return credential as PublicKeyCredential;
}

function named(credential: PublicKeyCredential) {
  return { id: credential.id, rawId: toText(credential.rawId), type: 'public-key' as const };
}

function descriptors(list: PublicKeyCredentialDescriptorJSON[] = []): PublicKeyCredentialDescriptor[] {
  return list.map((one) => ({
    type: 'public-key',
    id: toBytes(one.id),
    transports: one.transports as AuthenticatorTransport[] | undefined,
  }));
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
