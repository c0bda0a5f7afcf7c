import type { i18n as I18n, TFunction } from 'i18next';
import type { AssignmentRecord } from '@/api/tasks';

type Explained = Pick<AssignmentRecord, 'explanation' | 'explanation_parts'>;

/** The explanation in the language shown; in the service's own words where one of its codes is not known here. */
export function explained({ explanation, explanation_parts }: Explained, t: TFunction, i18n: I18n): string {
  const keys = explanation_parts.map(({ code }) => `assignment.because.${code}`);
  if (!keys.every((key) => i18n.exists(key))) return explanation;
  return explanation_parts
    .map(({ params }, index) => t(keys[index] as 'assignment.because.turn', params as Record<string, string>))
    .join(' ');
}
