import { shownTimeZone } from './time';

const HALF_A_DAY_MS = 43_200_000;

/** What the clock shows at a moment, in the zone that times are shown in: `2026-11-28T09:30`. */
export function localTime(moment: Date | string | number): string {
  return wallClock(new Date(moment).getTime()).toISOString().slice(0, 16);
}

/** The day of a moment, in the zone that times are shown in: `2026-11-28`. */
export function dayOf(moment: Date | string | number): string {
  return localTime(moment).slice(0, 10);
}

/** The day after one such as `2026-11-28`; what is no day is returned as it is. */
export function nextDay(day: string): string {
  const next = Date.parse(`${day}T00:00Z`) + 2 * HALF_A_DAY_MS;
  return Number.isNaN(next) ? day : new Date(next).toISOString().slice(0, 10);
}

/**
 * The moment at which the clock shows a local time such as `2026-11-28T09:30`, in the zone that times are shown in, as
 * ISO 8601 in UTC. Of an hour that comes twice it is the first; an hour that is left out counts from the change on.
 * What is no time is returned as it is: the service refuses it by name.
 */
export function momentOf(local: string): string {
  const written = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`);
  if (Number.isNaN(written)) return local;
  const [before, after] = [-HALF_A_DAY_MS, HALF_A_DAY_MS].map((shift) => {
    const near = written + shift;
    return written - (wallClock(near).getTime() - near);
  }) as [number, number];
  const isAfter = wallClock(before).getTime() !== written && wallClock(after).getTime() === written;
  return new Date(isAfter ? after : before).toISOString();
}

/** The clock's reading at a moment, kept as if it were UTC. */
function wallClock(moment: number): Date {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: shownTimeZone(),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const time = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return new Date(time + (((moment % 1000) + 1000) % 1000));
}
