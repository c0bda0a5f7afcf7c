import { dayOf, localTime, momentOf, nextDay } from '@/lib/zoned';

export const REMINDER_OFFERS = ['hours', 'tomorrow', 'monday', 'pick'] as const;
export type ReminderOffer = (typeof REMINDER_OFFERS)[number];

const HOURS_MS = 3 * 3_600_000;
const MORNING = 'T09:00';
const SUNDAY = 0;

/** The days after today, in the zone that times are shown in: tomorrow, and the next Monday. */
function daysAhead(now: number): { tomorrow: string; monday: string } {
  const tomorrow = nextDay(dayOf(now));
  let monday = tomorrow;
  while (new Date(`${monday}T00:00Z`).getUTCDay() !== 1) monday = nextDay(monday);
  return { tomorrow, monday };
}

/** What is offered now; on a Sunday, tomorrow is Monday. */
export function offersAt(now: number): ReminderOffer[] {
  const isSunday = new Date(`${dayOf(now)}T00:00Z`).getUTCDay() === SUNDAY;
  return REMINDER_OFFERS.filter((offer) => !(isSunday && offer === 'monday'));
}

/** The moment of an offer as ISO 8601 in UTC; `picked` is a local time such as `2026-11-28T09:30`. */
export function momentOfOffer(offer: ReminderOffer, picked: string, now: number): string {
  if (offer === 'hours') return new Date(now + HOURS_MS).toISOString();
  if (offer === 'pick') return momentOf(picked);
  return momentOf(`${daysAhead(now)[offer]}${MORNING}`);
}

/** The local time that the field of one's own begins with. */
export function firstPicked(now: number, remindAt?: string): string {
  return remindAt ? localTime(remindAt) : `${daysAhead(now).tomorrow}${MORNING}`;
}
