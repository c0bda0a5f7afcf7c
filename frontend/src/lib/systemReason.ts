import i18next from 'i18next';

/**
 * A reason in the language shown: one that the system itself gives by its code; the words of a person, and a reason whose
 * code is not known here, as they are.
 */
export function systemReason(code: string | undefined, reason: string): string {
  return (code && i18next.getResource(i18next.language, 'systemReasons', code)) || reason;
}
