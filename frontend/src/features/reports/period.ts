import type { Period, Span } from '@/api/analytics';
import { formatNumber } from '@/lib/time';
import { dayOf } from '@/lib/zoned';

const DAY_MS = 86_400_000;

/** The last so many days, today included, in the zone that times are shown in. */
export function lastDays(days: number, workflow = '', now = new Date()): Period {
  const today = dayOf(now);
  const first = new Date(Date.parse(`${today}T00:00:00Z`) - (days - 1) * DAY_MS);
  return { from: first.toISOString().slice(0, 10), to: today, workflow };
}

/** What an answer covers, as filters of the list of tasks. */
export function asTaskFilter(moment: 'created' | 'closed', { from, to }: Span, workflow = ''): string {
  const query = new URLSearchParams({ [`${moment}_after`]: from, [`${moment}_before`]: to });
  if (workflow) query.set('workflow', workflow);
  return query.toString();
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${formatNumber(share * 100)} %`;
}
