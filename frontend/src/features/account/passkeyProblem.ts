import type { TFunction } from 'i18next';

/** The browser has no WebAuthn, or not on this page: it takes HTTPS, or localhost. */
export class PasskeysUnsupported extends Error {}

/** What the browser's own refusal means; null for what is not the browser's. */
export function browserProblem(error: unknown, t: TFunction): string | null {
  if (error instanceof PasskeysUnsupported) return t('passkey.unsupported');
  if (!(error instanceof DOMException)) return null;
  switch (error.name) {
    case 'NotAllowedError':
    case 'AbortError':
      return t('passkey.cancelled');
    case 'InvalidStateError':
      return t('passkey.known');
    case 'ConstraintError':
    case 'NotSupportedError':
      return t('passkey.unable');
    case 'SecurityError':
      return t('passkey.wrongAddress');
    default:
      return t('passkey.failed');
  }
}
