import http from 'node:http';
import { problem } from './answers.mjs';

// Meant for one connection only (RFC 9110, 7.6.1); never passed on.
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const ANSWER_TIMEOUT_MS = 60_000;

export function makeProxy({ trustProxy = false } = {}) {
  // A fresh connection each time: a kept one may be closed by the service in the moment it is used again.
  const agent = new http.Agent({ keepAlive: false, maxSockets: 512 });

  function outgoing(request, destination, extra) {
    const headers = forwardedHeaders(request, trustProxy);
    return http.request({
      host: destination.target.hostname,
      port: destination.target.port || 80,
      method: request.method,
      path: destination.path,
      headers: { ...headers, ...extra },
      agent: extra ? false : agent,
      timeout: ANSWER_TIMEOUT_MS,
    });
  }

  function pass(request, response, destination) {
    const upstream = outgoing(request, destination);
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode, withoutHopByHop(answer.rawHeaders));
      answer.pipe(response);
      // A service that dies in the middle must not look like a complete answer.
      answer.on('error', () => response.destroy());
    });
    upstream.on('timeout', () => upstream.destroy(new Error('timeout')));
    upstream.on('error', (error) => {
      if (response.headersSent) return response.destroy();
      const late = error.message === 'timeout';
      problem(
        response,
        late ? 504 : 502,
        late ? 'service_timeout' : 'service_unavailable',
        `The ${destination.service} service ${late ? 'did not answer in time' : 'cannot be reached'}.`,
      );
    });
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    request.pipe(upstream);
  }

  function upgrade(request, socket, head, destination) {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const upstream = outgoing(request, destination, {
      Connection: 'Upgrade',
      Upgrade: request.headers.upgrade,
    });
    upstream.setTimeout(0);
    upstream.on('upgrade', (answer, peer, peerHead) => {
      peer.setNoDelay(true);
      peer.setTimeout(0);
      socket.write(headOf(answer));
      if (peerHead.length > 0) socket.write(peerHead);
      if (head.length > 0) peer.write(head);
      peer.pipe(socket).pipe(peer);
      peer.on('error', () => socket.destroy());
      peer.on('close', () => socket.destroy());
      socket.on('close', () => peer.destroy());
    });
    upstream.on('response', (answer) => {
      socket.write(headOf(answer));
      answer.pipe(socket);
    });
    upstream.on('error', () =>
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    );
    socket.on('close', () => upstream.destroy());
    upstream.end();
  }

  return { pass, upgrade, close: () => agent.destroy() };
}

function forwardedHeaders(request, trustProxy) {
  const headers = {};
  const named = (request.headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  for (const [name, value] of Object.entries(request.headers)) {
    if (!HOP_BY_HOP.has(name) && !named.includes(name)) headers[name] = value;
  }
  if (headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) {
    // Without this an empty POST would be sent on in chunks.
    if (!['GET', 'HEAD'].includes(request.method)) headers['content-length'] = '0';
  }
  const peer = request.socket.remoteAddress ?? '';
  const { 'x-forwarded-for': before, 'x-forwarded-proto': proto, 'x-forwarded-host': host } = request.headers;
  // What a stranger writes here would become the address that limits and logs go by, so it is replaced.
  headers['x-forwarded-for'] = trustProxy && before ? `${before}, ${peer}` : peer;
  headers['x-forwarded-proto'] = (trustProxy && proto) || 'http';
  headers['x-forwarded-host'] = (trustProxy && host) || request.headers.host || '';
  return headers;
}

function withoutHopByHop(rawHeaders) {
  const kept = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!HOP_BY_HOP.has(rawHeaders[index].toLowerCase())) kept.push(rawHeaders[index], rawHeaders[index + 1]);
  }
  return kept;
}

function headOf(answer) {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
