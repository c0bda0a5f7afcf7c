import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { makeServer } from './app.mjs';
import { loadFiles } from './files.mjs';
import { securityHeaders, wantsHsts } from './headers.mjs';
import { readTargets } from './routes.mjs';

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(4000))})`;
let root;
let service;
let frontend;
let base;
const seen = [];

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function ask(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, base), { method, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'dist-'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(root, 'assets', 'index-abc.js'), SCRIPT);

  service = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ url: request.url, method: request.method, headers: request.headers, body });
      if (request.url === '/dies/') {
        response.writeHead(200, { 'Content-Length': 1000 });
        response.write('half');
        return setTimeout(() => response.destroy(), 20);
      }
      response.setHeader('Set-Cookie', ['a=1; HttpOnly', 'b=2; HttpOnly']);
      response.writeHead(201, {
        'Content-Type': 'application/json',
        'X-Request-ID': request.headers['x-request-id'] ?? '',
      });
      response.end(JSON.stringify({ url: request.url, body }));
    });
  });
  // A socket peer that accepts the handshake and echoes raw bytes.
  service.on('upgrade', (request, socket) => {
    seen.push({ url: request.url, headers: request.headers });
    if (request.url === '/ws/refused/') {
      return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    }
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: tts.v1\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  const servicePort = await listen(service);
  const here = `http://127.0.0.1:${servicePort}`;
  const targets = readTargets({
    DJANGO_AUTH_SERVICE: here,
    DJANGO_MESSAGING_SERVICE: here,
    DJANGO_WORKFLOW_API: `${here}/base`,
    DJANGO_TICKET_SERVICE: 'http://127.0.0.1:9',
  });
  frontend = makeServer({ files: loadFiles(root), targets });
  base = `http://127.0.0.1:${await listen(frontend.server)}`;
});

after(() => {
  frontend.stop();
  service.close();
  service.closeAllConnections();
  rmSync(root, { recursive: true });
});

describe('files', () => {
  test('any address of the application is its page, never cached blindly', async () => {
    for (const path of ['/', '/inbox?view=team', '/tickets/TX1', '/reset/a.b-c']) {
      const answer = await ask(path, { headers: { Accept: 'text/html,*/*;q=0.8' } });
      assert.equal(answer.status, 200, path);
      assert.match(answer.body.toString(), /<title>app/);
      assert.equal(answer.headers['cache-control'], 'no-cache');
    }
  });

  test('assets are immutable, compressed as asked, and the same when unpacked', async () => {
    const plain = await ask('/assets/index-abc.js');
    const gzip = await ask('/assets/index-abc.js', { headers: { 'Accept-Encoding': 'gzip' } });
    const brotli = await ask('/assets/index-abc.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    const refused = await ask('/assets/index-abc.js', { headers: { 'Accept-Encoding': 'br;q=0' } });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(refused.headers['content-encoding'], undefined);
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.equal(zlib.gunzipSync(gzip.body).toString(), SCRIPT);
    assert.equal(zlib.brotliDecompressSync(brotli.body).toString(), SCRIPT);
    assert.match(plain.headers['cache-control'], /immutable/);
    assert.ok(brotli.body.length < plain.body.length);
  });

  test('an unchanged file is answered with 304', async () => {
    const first = await ask('/');
    const second = await ask('/', { headers: { 'If-None-Match': first.headers.etag } });
    assert.equal(second.status, 304);
    assert.equal(second.body.length, 0);
  });

  test('a missing asset is a 404 and not the page', async () => {
    const answer = await ask('/assets/gone-1.js', { headers: { Accept: '*/*' } });
    assert.equal(answer.status, 404);
    assert.equal(JSON.parse(answer.body).errors[0].code, 'not_found');
  });

  test('no path leaves the build', async () => {
    for (const path of ['/../package.json', '/..%2fpackage.json', '/assets/../../server/main.mjs']) {
      const answer = await new Promise((resolve, reject) => {
        const { hostname, port } = new URL(base);
        http
          .get({ hostname, port, path, headers: { Accept: 'application/json' } }, (response) => {
            response.resume();
            resolve(response.statusCode);
          })
          .on('error', reject);
      });
      assert.equal(answer, 404, path);
    }
  });

  test('every page carries the security headers', async () => {
    const { headers } = await ask('/');
    assert.match(headers['content-security-policy'], /script-src 'self';/);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.match(headers['content-security-policy'], /connect-src 'self' ws:\/\/127\.0\.0\.1:\d+ wss:/);
    const odd = await ask('/', { headers: { Host: 'a; script-src *' } });
    assert.match(odd.headers['content-security-policy'], /connect-src 'self';/);
    for (const [name, value] of Object.entries(securityHeaders({ host: new URL(base).host }))) {
      assert.equal(headers[name.toLowerCase()], value, name);
    }
    for (const name of [
      'x-content-type-options',
      'x-frame-options',
      'referrer-policy',
      'permissions-policy',
    ]) {
      assert.ok(headers[name], name);
    }
    assert.equal(
      headers['strict-transport-security'],
      undefined,
      'a plain development server pins nobody to HTTPS',
    );
  });

  test('production pins browsers to HTTPS, unless that is switched off', async () => {
    assert.equal(wantsHsts({}), false);
    assert.equal(wantsHsts({ DJANGO_ENV: 'development', HTTPS_ONLY: 'true' }), false);
    assert.equal(wantsHsts({ DJANGO_ENV: 'production', HTTPS_ONLY: 'false' }), false);
    assert.equal(wantsHsts({ DJANGO_ENV: 'production' }), true);
    const made = makeServer({ files: loadFiles(root), targets: readTargets({}), hsts: true });
    const port = await listen(made.server);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      assert.match(answer.headers.get('strict-transport-security') ?? '', /^max-age=31536000/);
    } finally {
      made.stop();
    }
  });

  test('writing to a file is refused with what is allowed', async () => {
    const answer = await ask('/', { method: 'POST' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, 'GET, HEAD');
  });

  test('health answers 200', async () => {
    assert.equal((await ask('/health/')).status, 200);
  });
});

describe('services', () => {
  test('the prefix is stripped and method, query, body, status and cookies pass', async () => {
    const answer = await ask('/api/auth/login/?x=1&y=%2F', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-ID': 'req-7' },
      body: '{"email":"a"}',
    });
    assert.equal(answer.status, 201);
    assert.deepEqual(JSON.parse(answer.body), { url: '/login/?x=1&y=%2F', body: '{"email":"a"}' });
    assert.deepEqual(answer.headers['set-cookie'], ['a=1; HttpOnly', 'b=2; HttpOnly']);
    assert.equal(answer.headers['x-request-id'], 'req-7');
    assert.equal(seen.at(-1).method, 'POST');
  });

  test('a target with a path of its own keeps it', async () => {
    await ask('/api/workflow/tasks/?view=mine');
    assert.equal(seen.at(-1).url, '/base/tasks/?view=mine');
  });

  test('the service learns who asked, and a forged address is not believed', async () => {
    await ask('/api/auth/x/', {
      headers: { 'X-Forwarded-For': '6.6.6.6', 'X-Forwarded-Proto': 'https', Host: 'desk.example' },
    });
    const { headers } = seen.at(-1);
    assert.match(headers['x-forwarded-for'], /127\.0\.0\.1$/);
    assert.doesNotMatch(headers['x-forwarded-for'], /6\.6\.6\.6/);
    assert.equal(headers['x-forwarded-proto'], 'http');
    assert.equal(headers['x-forwarded-host'], 'desk.example');
    assert.equal(headers.host, 'desk.example');
  });

  test('an empty write stays empty and is not chunked', async () => {
    await ask('/api/auth/logout/', { method: 'POST', headers: { 'Content-Length': '0' } });
    assert.equal(seen.at(-1).headers['content-length'], '0');
    assert.equal(seen.at(-1).headers['transfer-encoding'], undefined);
  });

  test('a large upload streams through whole', async () => {
    const body = Buffer.alloc(3 * 1024 * 1024, 'a');
    const answer = await ask('/api/auth/upload/', { method: 'POST', body });
    assert.equal(JSON.parse(answer.body).body.length, body.length);
  });

  test('a service that is away is a 502 in the common error form', async () => {
    const answer = await ask('/api/ticket/tickets/');
    assert.equal(answer.status, 502);
    const envelope = JSON.parse(answer.body);
    assert.equal(envelope.type, 'server_error');
    assert.equal(envelope.errors[0].code, 'service_unavailable');
  });

  test('an answer that breaks off is not passed as complete', async () => {
    await assert.rejects(ask('/api/auth/dies/'));
  });

  test('metrics stay inside, however they are spelled', async () => {
    const before = seen.length;
    for (const path of ['metrics', 'metrics/', '/metrics', 'metrics?x=1', '%6detrics']) {
      const answer = await ask(`/api/auth/${path}`, { headers: { Accept: 'text/html' } });
      assert.equal(answer.status, 404, path);
    }
    assert.equal(seen.length, before);
    assert.equal((await ask('/api/auth/metrics-of-mine/')).status, 201);
  });

  test('an unknown service is a 404', async () => {
    const answer = await ask('/api/nothing/x/', { headers: { Accept: 'application/json' } });
    assert.equal(answer.status, 404);
  });
});

describe('sockets', () => {
  function upgrade(path) {
    const { port } = new URL(base);
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: desk.example\r\nOrigin: http://desk.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tts.v1, token\r\n\r\n`,
    );
    return socket;
  }
  const nextChunk = (socket) =>
    new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())));

  test('a handshake reaches messaging with its protocol and origin, and bytes flow both ways', async () => {
    const socket = upgrade('/ws/comments/TX1/');
    const head = await nextChunk(socket);
    assert.match(head, /^HTTP\/1\.1 101 /);
    assert.match(head, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
    assert.match(head, /Sec-WebSocket-Protocol: tts\.v1/);
    socket.write('hello');
    assert.equal(await nextChunk(socket), 'hello');
    const { url, headers } = seen.at(-1);
    assert.equal(url, '/ws/comments/TX1/');
    assert.equal(headers['sec-websocket-protocol'], 'tts.v1, token');
    assert.equal(headers.origin, 'http://desk.example');
    socket.destroy();
  });

  test('a refusal of the service is passed on', async () => {
    const socket = upgrade('/ws/refused/');
    assert.match(await nextChunk(socket), /^HTTP\/1\.1 403 /);
    socket.destroy();
  });

  test('an upgrade elsewhere is refused here', async () => {
    const socket = upgrade('/api/auth/');
    assert.match(await nextChunk(socket), /^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe('starting', () => {
  function start(env) {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [fileURLToPath(new URL('main.mjs', import.meta.url))], {
        env: { ...process.env, FRONTEND_DIST: root, ...env },
      });
      let output = '';
      child.stderr.on('data', (data) => {
        output += data;
      });
      child.on('exit', (code) => resolve({ code, output }));
    });
  }

  test('a taken port is an error that names the variable', async () => {
    const { port } = new URL(base);
    const { code, output } = await start({ FRONTEND_PORT: port, FRONTEND_HOST: '127.0.0.1' });
    assert.equal(code, 1);
    assert.match(output, /Port \d+ is in use\. Set FRONTEND_PORT/);
  });

  test('a missing build says what to run', async () => {
    const { code, output } = await start({ FRONTEND_PORT: '0', FRONTEND_DIST: join(root, 'nowhere') });
    assert.equal(code, 1);
    assert.match(output, /npm run build/);
  });
});
