/** The access token lives here and nowhere else: never in storage, gone with the page. */

export interface Claims {
  user_id: number;
  username: string;
  email: string;
  full_name: string;
  roles: Record<string, string[]>;
  /** The language chosen in the profile; empty for the browser's. A service of the version before says nothing. */
  locale?: string;
  exp: number;
  iat: number;
}

type Listener = (token: string | null) => void;

let current: string | null = null;
const listeners = new Set<Listener>();

export function getAccessToken(): string | null {
  return current;
}

export function setAccessToken(token: string | null): void {
  current = token;
  for (const listener of [...listeners]) listener(token);
}

export function onAccessToken(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function readClaims(token: string): Claims {
  const payload = token.split('.')[1] ?? '';
  const base64 = payload.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
}
