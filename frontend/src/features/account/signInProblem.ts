import i18next, { type TFunction } from 'i18next';
import { toProblem } from '@/api/problem';
import { formatDuration } from '@/lib/time';

export interface SignInMessage {
  severity: 'error' | 'warning';
  text: string;
}

/** One sentence per refusal; unknown ones keep the server's own words. `code` is the kind of code that was asked for. */
export function signInProblem(
  error: unknown,
  t: TFunction,
  code: 'mail' | 'app' | 'recovery' | 'passkey' = 'mail',
): SignInMessage {
  const problem = toProblem(error);
  switch (problem.code) {
    case 'invalid_credentials':
      return { severity: 'error', text: t('login.error.invalid_credentials') };
    case 'password_sign_in_off':
      return { severity: 'warning', text: t('login.error.password_sign_in_off') };
    case 'captcha_required':
      return { severity: 'warning', text: t('login.error.captcha_required') };
    case 'captcha_invalid':
      return { severity: 'warning', text: t('login.error.captcha_invalid') };
    case 'account_locked':
      return {
        severity: 'error',
        text:
          problem.retryAfter === null
            ? t('login.error.account_locked')
            : t('login.error.account_lockedFor', { duration: formatDuration(problem.retryAfter) }),
      };
    case 'throttled':
      return {
        severity: 'warning',
        text:
          problem.retryAfter === null
            ? t('login.error.throttled')
            : t('login.error.throttledFor', { duration: formatDuration(problem.retryAfter) }),
      };
    case 'otp_invalid':
      return {
        severity: 'error',
        text: t(`login.error.otp_invalid_${code === 'passkey' ? 'recovery' : code}`),
      };
    case 'otp_expired':
      return {
        severity: 'error',
        text: t(code === 'passkey' ? 'login.error.passkey_expired' : 'login.error.otp_expired'),
      };
    case 'passkey_invalid':
    case 'passkey_expired':
    case 'passkey_count_went_back':
      return { severity: 'error', text: t(`login.error.${problem.code}`) };
    case 'network':
      return { severity: 'error', text: t('problem.offline.hint') };
    default:
      return {
        severity: 'error',
        text: problem.status >= 500 ? t('problem.server.hint') : problem.message || t('problem.other.hint'),
      };
  }
}

/** Why a provider's sign-in ended without a session, by the code that the server puts into the address. */
export function providerProblem(code: string, t: TFunction): SignInMessage {
  const key = `login.sso.${code}`;
  return {
    severity: code === 'oidc_access_denied' || code === 'oidc_login_required' ? 'warning' : 'error',
    // The address is anybody's to write: what is no code of ours is not looked up.
    text: t(i18next.exists(key) ? (key as 'login.sso.other') : 'login.sso.other'),
  };
}

/** Only a path of this application is followed after signing in. */
export function safeNext(raw: string | null): string {
  return raw?.startsWith('/') && !raw.startsWith('//') && !raw.startsWith('/\\') && !raw.startsWith('/login')
    ? raw
    : '/';
}
