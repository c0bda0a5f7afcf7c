// What must not wait for the application: it may itself stay away.
(() => {
  // Where the network broke off under the first parts, no script of ours runs that could ask for them again: load the
  // page anew. At most once a minute, remembered as in `src/lib/loadCode.ts`.
  const check = () => {
    if (document.getElementById('root')?.dataset.started) return;
    try {
      const last = Number(sessionStorage.getItem('tts-reloaded-at') ?? 0);
      if (Date.now() - last < 60_000) return;
      sessionStorage.setItem('tts-reloaded-at', String(Date.now()));
    } catch {
      return; // without a memory it might go round for ever
    }
    location.reload();
  };
  // The event waits for all scripts of the page, those that failed included.
  if (document.readyState === 'complete') check();
  else addEventListener('load', check);
})();

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
