// Asks for the session while the application itself is still on its way. Only where there may be one: the auth
// service leaves this cookie beside the refresh token, which scripts can't see. `src/api/earlySession.ts` takes the answer.
(() => {
  if ('earlySession' in window || !/(^|; )tts-session=/.test(document.cookie)) return;
  const ask = () =>
    fetch('/api/auth/token/refresh/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'tts' },
      body: '{}',
      signal: AbortSignal.timeout(15_000),
    });
  // The same lock as in `src/api/client.ts`: tabs of one browser take turns.
  window.earlySession = navigator.locks ? navigator.locks.request('tts-token-refresh', ask) : ask();
  window.earlySession.catch(() => {});
})();
