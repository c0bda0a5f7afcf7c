const SECONDS: Record<string, number> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** `2d 4h`, `90m`, `8h` as seconds; null for what is no duration. A bare number counts as hours. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 3_600) || null;
  if (!/^(\d+(\.\d+)?\s*[dhms][a-z]*\s*,?\s*)+$/.test(trimmed)) return null;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/g))
    total += Number(amount) * (SECONDS[unit as string] ?? 0);
  return Math.round(total) || null;
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
