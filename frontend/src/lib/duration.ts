const SIZES = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };
const SECONDS: Record<string, number> = { d: SIZES.d, h: SIZES.h, m: SIZES.m, s: SIZES.s };
const UNIT = 'weeks?|w|days?|d|hours?|h|minutes?|min|m|seconds?|sec|s';
const AMOUNT = '\\d{1,9}(?:\\.\\d{1,9})?';
const PARTS = new RegExp(`^(?:${AMOUNT}\\s*(?:${UNIT})(?![a-z])\\s*,?\\s*)+$`);
const PART = new RegExp(`(${AMOUNT})\\s*(${UNIT})`, 'g');
const ISO = new RegExp(
  `^p(?:(${AMOUNT})w)?(?:(${AMOUNT})d)?(?:t(?=\\d)(?:(${AMOUNT})h)?(?:(${AMOUNT})m)?(?:(${AMOUNT})s)?)?$`,
);

/**
 * `2d 4h`, `90m`, `1w`, `PT4H` or `04:00:00` as seconds; null for what is no duration. The server takes the same:
 * a number without a unit, `04:00` and months are none, because they can be misread.
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  const total = fromClock(trimmed) ?? fromIso(trimmed) ?? fromParts(trimmed);
  return total !== null && total >= 1 && Number.isInteger(total) ? total : null;
}

function fromClock(text: string): number | null {
  const [, days, hours, minutes, seconds] =
    /^(?:(\d{1,4}) +)?(\d{1,6}):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) return null;
  return Number(days ?? 0) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

function fromIso(text: string): number | null {
  const amounts = ISO.exec(text)?.slice(1);
  if (!amounts?.some(Boolean)) return null;
  const sizes = Object.values(SIZES);
  return amounts.reduce((total, amount, index) => total + Number(amount ?? 0) * (sizes[index] ?? 0), 0);
}

function fromParts(text: string): number | null {
  if (!PARTS.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART))
    total += Number(amount) * SIZES[(unit as string)[0] as keyof typeof SIZES];
  return total;
}

/** The opposite, exact to the second: what a form shows and takes back. */
export function writeDuration(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of Object.entries(SECONDS)) {
    const amount = Math.floor(rest / size);
    if (amount > 0) parts.push(`${amount}${unit}`);
    rest -= amount * size;
  }
  return parts.join(' ') || '0s';
}
