import type { TFunction } from 'i18next';
import { toProblem } from '@/api/problem';

/** One sentence on what went wrong, for alerts and toasts. */
export function problemText(error: unknown, t: TFunction): string {
  const problem = toProblem(error);
  if (problem.isOffline) return t('problem.offline.hint');
  if (problem.status >= 500) return problem.message || t('problem.server.hint');
  return problem.message || t('problem.other.hint');
}
