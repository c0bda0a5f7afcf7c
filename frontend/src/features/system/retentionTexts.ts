import type { TFunction } from 'i18next';
import type { RetentionKind } from '@/api/retention';
import { formatBytes, formatNumber } from '@/lib/time';

type Amount = RetentionKind['kept'];

/** "1,204 entries, 3.1 MB" */
export function amountText(amount: Amount, t: TFunction): string {
  const entries = t('retention.entries', { count: amount.rows, number: formatNumber(amount.rows) });
  return amount.bytes ? `${entries}, ${formatBytes(amount.bytes)}` : entries;
}

export function daysText(days: number | null, t: TFunction): string {
  return days === null ? t('retention.ever') : t('retention.days', { count: days });
}
