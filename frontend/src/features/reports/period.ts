import type { Period } from '@/api/analytics';

const DAY_MS = 86_400_000;

export function isoDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** The last so many days, today included. Days are the server's, in UTC. */
export function lastDays(days: number, workflow = '', now = new Date()): Period {
  return { from: isoDay(new Date(now.getTime() - (days - 1) * DAY_MS)), to: isoDay(now), workflow };
}

/** The same stretch as filters of the list of tasks; its last day counts whole. */
export function asTaskFilter(moment: 'created' | 'closed', period: Period): string {
  const after = `${period.from}T00:00:00Z`;
  const before = new Date(Date.parse(`${period.to}T00:00:00Z`) + DAY_MS).toISOString();
  const query = new URLSearchParams({ [`${moment}_after`]: after, [`${moment}_before`]: before });
  if (period.workflow) query.set('workflow', period.workflow);
  return query.toString();
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 1000) / 10} %`;
}
