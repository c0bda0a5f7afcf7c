/** What is known of the session before the first request: the hint beside the refresh cookie, and `public/early.js`. */

declare global {
  interface Window {
    earlySession?: Promise<Response> | null;
  }
}

const HINT = 'tts-session';

/** Whether there may be a session to go on with. Without one nobody needs to ask, and to be refused. */
export function mayHaveSession(): boolean {
  return document.cookie.split('; ').some((each) => each.startsWith(`${HINT}=`));
}

/** The session that the hint spoke of was refused: it is over. */
export function forgetSessionHint(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API does not exist in every browser we serve.
  document.cookie = `${HINT}=; Max-Age=0; Path=/; SameSite=Strict`;
}

/**
 * Take what `public/early.js` has asked for, once: a promise of the access token, or of null if it asked for nothing or
 * it went wrong. The script comes too late after this call. Call it before waiting for the turn to refresh: the script
 * waits for the same turn, so each would wait for the other.
 */
export function takeEarlySession(): Promise<string | null> {
  const asked = window.earlySession;
  window.earlySession = null;
  return asked ? accessIn(asked) : Promise.resolve(null);
}

async function accessIn(asked: Promise<Response>): Promise<string | null> {
  try {
    const answer = await asked;
    return answer.ok ? ((await answer.json()) as { access: string }).access : null;
  } catch {
    return null;
  }
}
