/** The page's language, in the person's own variety of it: en-GB reads dates unlike en-US. */
function locale(): string {
  const language = document.documentElement.lang || 'en';
  return navigator.languages.find((each) => each.split('-')[0] === language) ?? language;
}

/** The order of two names in the page's language, as a list of words is read. */
export function compareNames(one: string, other: string): number {
  return new Intl.Collator(locale()).compare(one, other);
}

/** A number with at most one decimal: `66.7`. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value);
}

/** Where the person says they are; without that, where the browser is. */
function timeZone(): string | undefined {
  return localStorage.getItem('tts.timeZone') || undefined;
}

/** The IANA name of the zone that times are shown in. */
export function shownTimeZone(): string {
  return timeZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function formatDateTime(iso: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

function dateFormat(style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale(), { ...style, timeZone: timeZone() });
}

export function formatDate(iso: string): string {
  return dateFormat({ dateStyle: 'medium' }).format(new Date(iso));
}

/** A calendar day such as `2026-11-28`, without its year: for axes, where the year is clear and the room is not. */
export function formatDay(day: string): string {
  return new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day.slice(0, 10)}T00:00:00Z`),
  );
}

/** A calendar day such as `2026-11-28`, with its weekday and year. */
export function formatWholeDay(day: string): string {
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}

/** The name of a weekday; Monday is 0. */
export function weekdayName(weekday: number): string {
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(2024, 0, 1 + weekday)),
  );
}

export function formatTime(iso: string): string {
  return dateFormat({ timeStyle: 'short' }).format(new Date(iso));
}

const RELATIVE_UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatRelative(iso: string, now: number): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' });
  for (const [unit, size] of RELATIVE_UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, 'second');
}

/** As `formatDuration`, without seconds from a minute up: for lists, where a running second is noise. */
export function formatRoughDuration(totalSeconds: number): string {
  const seconds = Math.abs(totalSeconds);
  return formatDuration(seconds < 60 ? seconds : Math.floor(seconds / 60) * 60);
}

/** The two largest parts of a duration, `1d 4h`, `12m 5s`; never a sign. */
export function formatDuration(totalSeconds: number): string {
  const seconds = Math.max(0, Math.round(Math.abs(totalSeconds)));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor((seconds % 86_400) / 3_600), 'hour'],
    [Math.floor((seconds % 3_600) / 60), 'minute'],
    [seconds % 60, 'second'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  const shown = (first === -1 ? parts.slice(3) : parts.slice(first, first + 2)).filter(
    ([amount], index) => amount > 0 || index === 0,
  );
  return shown
    .map(([amount, unit]) =>
      new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'narrow' }).format(amount),
    )
    .join(' ');
}

export function formatBytes(size: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let value = size;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: units[index],
    // "10 byte" is what the short form makes of bytes.
    unitDisplay: index === 0 ? 'narrow' : 'short',
    maximumFractionDigits: value < 10 && index > 0 ? 1 : 0,
  }).format(value);
}
