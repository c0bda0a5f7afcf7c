import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { problem } from './answers.mjs';
import { securityHeaders } from './headers.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest']);
const SMALLEST_TO_COMPRESS = 860;

const compressors = {
  br: (bytes) =>
    promisify(zlib.brotliCompress)(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(zlib.gzip)(bytes, { level: 8 }),
};

const NO_SNIFF = { 'X-Content-Type-Options': 'nosniff' };

/** The build in memory: small, and no path of a request ever reaches the file system. */
export function loadFiles(root) {
  const files = new Map();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath ?? entry.path, entry.name);
    const name = `/${relative(root, full).split(sep).join('/')}`;
    const bytes = readFileSync(full);
    const extension = extname(name);
    files.set(name, {
      bytes,
      type: TYPES[extension] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      compressible: COMPRESSIBLE.has(extension) && bytes.length >= SMALLEST_TO_COMPRESS,
      encoded: new Map(),
      // Names under assets/ carry a hash of their content; everything else must be asked for again.
      cacheControl: name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  }
  if (!files.has('/index.html')) throw new Error(`${root} has no index.html: run "npm run build" first`);
  return files;
}

export async function serveFile(request, response, files, { hsts = false } = {}) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return problem(response, 405, 'method_not_allowed', 'Only GET and HEAD are allowed here.');
  }
  const file = find(request, files);
  if (!file) return problem(response, 404, 'not_found', 'There is no such file.');

  const isDocument = file.type.startsWith('text/html') || file.type === 'image/svg+xml';
  const headers = {
    // A policy is for documents; on forty scripts it would only be weight.
    ...(isDocument ? securityHeaders({ host: request.headers.host, hsts }) : NO_SNIFF),
    'Content-Type': file.type,
    'Cache-Control': file.cacheControl,
    ETag: file.etag,
  };
  if (file.compressible) headers.Vary = 'Accept-Encoding';
  if ((request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(file.etag)) {
    response.writeHead(304, headers);
    return response.end();
  }
  const encoding = file.compressible ? chooseEncoding(request.headers['accept-encoding']) : null;
  const body = encoding ? await encode(file, encoding) : file.bytes;
  if (encoding) headers['Content-Encoding'] = encoding;
  response.writeHead(200, { ...headers, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function find(request, files) {
  const path = request.url.split('?', 1)[0];
  if (path !== '/' && files.has(path)) return files.get(path);
  // Every address of the application is the same page; a missing asset stays missing.
  const isPage =
    !path.startsWith('/assets/') && !path.startsWith('/api/') && wantsPage(request.headers.accept);
  return path === '/' || isPage ? files.get('/index.html') : null;
}

function wantsPage(accept) {
  return accept === undefined || accept.includes('text/html') || accept.trim() === '*/*';
}

function chooseEncoding(accepted = '') {
  const offered = accepted.split(',').map((part) => part.trim().split(';'));
  const allows = (name) =>
    offered.some(
      ([token, ...rest]) => token === name && !rest.some((each) => /^\s*q=0(\.0+)?\s*$/.test(each)),
    );
  return allows('br') ? 'br' : allows('gzip') ? 'gzip' : null;
}

function encode(file, encoding) {
  if (!file.encoded.has(encoding)) file.encoded.set(encoding, compressors[encoding](file.bytes));
  return file.encoded.get(encoding);
}

/** Compress what will be asked for, one file after the other, so that the first visitor need not wait for it. */
export async function compressAhead(files) {
  for (const file of files.values()) {
    if (file.compressible) await encode(file, 'br');
  }
}
