/** How far this computer's clock is behind the server's, in milliseconds. A date of HTTP has whole seconds. */
let offset = 0;

const TOLERANCE_MS = 2_000;

/** Learn the time from an answer's `Date`. What one second and the way of the answer explain changes nothing. */
export function noteServerTime(date: unknown): void {
  const told = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(told)) return;
  const behind = told - Date.now();
  if (Math.abs(behind - offset) > TOLERANCE_MS) offset = Math.abs(behind) > TOLERANCE_MS ? behind : 0;
}

/** The moment as the server has it: what is left of an SLA must not depend on the clock of a PC. */
export function serverNow(): number {
  return Date.now() + offset;
}
