/** The one list of what a page's answer says about safety; nginx (compose) sends the same, and a test compares them. */

/** A year, as the services say it. */
const HSTS = 'max-age=31536000; includeSubDomains';

/** What a policy may quote of a request's `Host`: anything else would be a way to write into it. */
const PLAIN_HOST = /^[\w.:[\]-]+$/;

/** Over HTTPS only, so only where the services ask for it too: in production, unless `HTTPS_ONLY` is off. */
export function wantsHsts({ DJANGO_ENV, HTTPS_ONLY }) {
  const off = ['0', 'false', 'no', 'off'].includes((HTTPS_ONLY ?? '').toLowerCase());
  return DJANGO_ENV === 'production' && !off;
}

export function securityHeaders({ host = '', hsts = false } = {}) {
  // Some browsers do not count sockets to the page's own address as 'self'.
  const sockets = PLAIN_HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return {
    'Content-Security-Policy': [
      "default-src 'self'",
      "script-src 'self'",
      // The component library writes its styles at run time; scripts stay strict.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self'${sockets}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    ...(hsts && { 'Strict-Transport-Security': HSTS }),
  };
}
