/** `crypto.randomUUID` exists on https and localhost only; an office server on plain http still needs ids. */
export function makeClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
