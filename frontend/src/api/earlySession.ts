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

/** The access token that `public/early.js` has asked for, once; null if there is none or it went wrong. */
export async function takeEarlySession(): Promise<string | null> {
  const asked = window.earlySession;
  window.earlySession = null; // also tells the script, should it come later, that it is too late
  if (!asked) return null;
  try {
    const answer = await asked;
    return answer.ok ? ((await answer.json()) as { access: string }).access : null;
  } catch {
    return null;
  }
}
