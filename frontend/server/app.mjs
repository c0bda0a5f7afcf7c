import http from 'node:http';
import { json, problem } from './answers.mjs';
import { serveFile } from './files.mjs';
import { makeProxy } from './proxy.mjs';
import { route } from './routes.mjs';

/** The HTTP server: files of the build, the services behind `/api/`, and messaging's sockets behind `/ws/`. */
export function makeServer({ files, targets, trustProxy = false, hsts = false }) {
  const proxy = makeProxy({ trustProxy });
  const sockets = new Set();

  const server = http.createServer((request, response) => {
    const path = request.url.split('?', 1)[0];
    if (path === '/health/' || path === '/health/live/') return json(response, 200, { status: 'ok' });
    const destination = route(request.url, targets);
    if (destination) return proxy.pass(request, response, destination);
    serveFile(request, response, files, { hsts }).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else problem(response, 500, 'error', 'The file could not be served.');
    });
  });

  server.on('upgrade', (request, socket, head) => {
    const destination = request.url.startsWith('/ws/') ? route(request.url, targets) : null;
    if (!destination || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    proxy.upgrade(request, socket, head, destination);
  });

  function stop() {
    for (const socket of sockets) socket.destroy();
    server.close();
    server.closeIdleConnections();
    proxy.close();
  }

  return { server, stop };
}
