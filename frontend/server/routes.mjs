/**
 * The one table of where requests go. nginx (compose) and Vite's development server follow the same:
 *
 *   /api/<service>/…   the service, prefix stripped; its /metrics are not passed on
 *   /ws/…              messaging, path kept, upgraded to a web socket
 *   /health/           this server
 *   anything else      a file of the build, or the application's page
 */
export const SERVICES = {
  auth: { variable: 'DJANGO_AUTH_SERVICE', fallback: 'http://127.0.0.1:8003' },
  workflow: { variable: 'DJANGO_WORKFLOW_API', fallback: 'http://127.0.0.1:8002' },
  messaging: { variable: 'DJANGO_MESSAGING_SERVICE', fallback: 'http://127.0.0.1:8005' },
  notification: { variable: 'DJANGO_NOTIFICATION_SERVICE', fallback: 'http://127.0.0.1:8006' },
  ticket: { variable: 'DJANGO_TICKET_SERVICE', fallback: 'http://127.0.0.1:8004' },
};

export function readTargets(env) {
  return Object.fromEntries(
    Object.entries(SERVICES).map(([name, { variable, fallback }]) => {
      const url = new URL(env[variable] || fallback);
      if (url.protocol !== 'http:')
        throw new Error(`${variable} must be an http:// address, not ${url.protocol}//`);
      return [name, url];
    }),
  );
}

/** `{ service, target, path }` for what is passed on, null for what is served here. */
export function route(requestUrl, targets) {
  if (requestUrl.startsWith('/ws/')) {
    return { service: 'messaging', target: targets.messaging, path: join(targets.messaging, requestUrl) };
  }
  const match = /^\/api\/([a-z]+)(\/.*)$/.exec(requestUrl);
  // Metrics are for the operators' own network, at each service's own port.
  const isInside = match && /^\/+metrics(\/|\?|$)/.test(decodedPath(match[2]));
  const target = match && !isInside && Object.hasOwn(targets, match[1]) ? targets[match[1]] : null;
  return target ? { service: match[1], target, path: join(target, match[2]) } : null;
}

/** The path as the service will read it; what can't be decoded is passed on for the service to refuse. */
function decodedPath(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function join(target, path) {
  return target.pathname.replace(/\/$/, '') + path;
}
