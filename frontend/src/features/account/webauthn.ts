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
  const publicKey = requestOf(await beginPasskeySignIn(challenge));
  return finishPasskeySignIn(answerOf(await ask(() => navigator.credentials.get({ publicKey }))), challenge);
}

/** Before the server's challenge is void, which it is after five minutes. */
const RENEWED_AFTER_MS = 4 * 60_000;

/** What the browser offers now, and what else it is asked: it answers one question at a time. */
let offer: AbortController | undefined;
let asked: Promise<unknown> = Promise.resolve();

/**
 * Lets the browser offer passkeys where the name is filled in, until `signal` or a choice. Gives way to any other
 * question and comes back after it; a challenge that grows old is replaced. Resolves with what finishes the sign-in,
 * with null when `signal` ended it or the browser will not.
 */
export async function offerPasskeys(signal: AbortSignal): Promise<(() => Promise<SignedIn>) | null> {
  while (!signal.aborted) {
    await asked;
    await untilVisible(signal);
    const publicKey = requestOf(await beginPasskeySignIn());
    if (signal.aborted) break;
    const round = new AbortController();
    const end = () => round.abort();
    offer = round;
    signal.addEventListener('abort', end);
    const timer = setTimeout(end, RENEWED_AFTER_MS);
    try {
      const given = { publicKey, mediation: 'conditional' as const, signal: round.signal };
      const credential = await navigator.credentials.get(given);
      return credential && (() => finishPasskeySignIn(answerOf(credential as PublicKeyCredential)));
    } catch {
      if (!round.signal.aborted) break;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }
  return null;
}

/** A page that nobody looks at asks the server for nothing. */
function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      done();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

function requestOf(options: PasskeyOptions): PublicKeyCredentialRequestOptions {
  const given = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return {
    ...(given as unknown as PublicKeyCredentialRequestOptions),
    challenge: toBytes(given.challenge),
    allowCredentials: descriptors(given.allowCredentials),
  };
}

function answerOf(credential: PublicKeyCredential): Assertion {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...named(credential),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle && toText(response.userHandle),
    },
  };
}

async function ask(work: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!canUsePasskeys()) throw new PasskeysUnsupported();
  offer?.abort();
  const answer = work();
  asked = answer.catch(() => {});
  const credential = await answer;
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
