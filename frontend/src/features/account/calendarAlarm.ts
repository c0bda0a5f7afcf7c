import '@/i18n/calendarFeeds';
import type { TFunction } from 'i18next';

/** Minutes before a deadline that the form offers; other programs may have chosen others. */
export const ALARMS = [null, 0, 15, 60, 24 * 60] as const;

export function alarmText(minutes: number | null, t: TFunction): string {
  if (minutes === null) return t('feeds.noAlarm');
  if (minutes === 0) return t('feeds.alarmAtDeadline');
  if (minutes % (24 * 60) === 0) return t('feeds.alarmDays', { count: minutes / (24 * 60) });
  if (minutes % 60 === 0) return t('feeds.alarmHours', { count: minutes / 60 });
  return t('feeds.alarmMinutes', { count: minutes });
}
