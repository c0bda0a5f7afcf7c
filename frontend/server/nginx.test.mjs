import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { securityHeaders } from './headers.mjs';
import { SERVICES } from './routes.mjs';

/** The configuration of the compose file's nginx, read as nginx reads it: blocks, and what is included in them. */
const FOLDER = fileURLToPath(new URL('../../Docker/nginx/', import.meta.url));
const INCLUDED = {
  '/etc/nginx/proxy.conf.d/*.conf': ['proxy.conf'],
  '/etc/nginx/proxy.conf.d/security.headers': ['security.headers'],
};
const TOKEN = /\s*(?:#[^\n]*\n|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|(?:\$\{\w+\}|[^\s;{}"'])+))/gy;

function tokensOf(text) {
  const tokens = [];
  for (const match of `${text}\n`.matchAll(TOKEN)) if (match[1] !== undefined) tokens.push(match[1]);
  return tokens;
}

const plain = (word) => word.replace(/^(["'])(.*)\1$/s, '$2');

function parse(tokens) {
  const statements = [];
  let words = [];
  while (tokens.length > 0) {
    const token = tokens.shift();
    if (token === '}') return statements;
    if (token === ';' || token === '{') {
      const [name, ...args] = words.map(plain);
      const block = token === '{' ? parse(tokens) : null;
      words = [];
      if (name === 'include') {
        assert.ok(INCLUDED[args[0]], `nothing known about ${args[0]}`);
        for (const file of INCLUDED[args[0]]) {
          statements.push(...parse(tokensOf(readFileSync(FOLDER + file, 'utf8'))));
        }
      } else statements.push({ name, args, block });
    } else words.push(token);
  }
  return statements;
}

const config = parse(tokensOf(readFileSync(`${FOLDER}default.conf.template`, 'utf8')));
const server = config.find((each) => each.name === 'server').block;
const locations = new Map(
  server.filter((each) => each.name === 'location').map((each) => [each.args.join(' '), each.block]),
);

/** A block with an `add_header` of its own inherits none. */
function headersIn(path) {
  const added = (block) => block.filter((each) => each.name === 'add_header');
  const own = added(locations.get(path));
  return Object.fromEntries(
    (own.length > 0 ? own : added(server)).map(({ args: [name, value, always] }) => {
      assert.equal(always, 'always', `${name} belongs on error answers too`);
      return [name, value];
    }),
  );
}

describe('the nginx of the compose file', () => {
  test('sends with every page what the native server sends', () => {
    const { 'Cache-Control': cache, 'Strict-Transport-Security': hsts, ...headers } = headersIn('/');
    assert.equal(cache, 'no-cache');
    assert.equal(hsts, '$hsts');
    const host = 'desk.example.com';
    const wanted = securityHeaders({ host });
    const sockets = ` ws://${host} wss://${host}`;
    assert.deepEqual(
      {
        ...headers,
        'Content-Security-Policy': headers['Content-Security-Policy'].replace('$csp_sockets', sockets),
      },
      wanted,
    );
  });

  test('lets only a plain host name into the policy', () => {
    const map = config.find((each) => each.name === 'map' && each.args[1] === '$csp_sockets').block;
    const [pattern, value] = map
      .map((each) => [each.name, each.args[0]])
      .find(([name]) => name !== 'default');
    assert.equal(value, ' ws://$http_host wss://$http_host');
    const allowed = new RegExp(pattern.replace(/^~/, ''));
    for (const host of ['localhost:1000', 'desk.example.com', '[::1]:1000']) assert.match(host, allowed);
    for (const host of ['a; script-src *', "a 'unsafe-inline'", 'a,b', ''])
      assert.doesNotMatch(host, allowed);
  });

  test('pins browsers to HTTPS where the services do', () => {
    const { args, block } = config.find((each) => each.name === 'map' && each.args[1] === '$hsts');
    assert.equal(args[0], ['DJANGO_ENV', 'HTTPS_ONLY'].map((name) => `$\{${name}}`).join(':'));
    const answer = (asked) => {
      const found = block.find(
        ({ name }) => name.startsWith('~*') && new RegExp(name.slice(2), 'i').test(asked),
      );
      return (found ?? block.find(({ name }) => name === 'default')).args[0];
    };
    assert.equal(answer('production:true'), securityHeaders({ hsts: true })['Strict-Transport-Security']);
    assert.equal(answer('production:'), answer('production:true'));
    for (const asked of ['development:true', 'production:false', 'production:0', ':'])
      assert.equal(answer(asked), '');
  });

  test('never lets a script be taken for something else, nor be forgotten too soon', () => {
    const headers = headersIn('/assets/');
    assert.equal(headers['X-Content-Type-Options'], 'nosniff');
    assert.match(headers['Cache-Control'], /immutable/);
  });

  test('knows the same services as the native server, and says in their form that one is away', () => {
    const named = [...locations.keys()].filter((path) => path.startsWith('/api/'));
    assert.deepEqual(
      named.sort(),
      Object.keys(SERVICES)
        .map((name) => `/api/${name}/`)
        .sort(),
    );
    for (const path of named) {
      const failing = locations.get(path).find((each) => each.name === 'error_page');
      assert.deepEqual(failing?.args, ['502', '504', '@unreachable'], path);
    }
    const answer = locations.get('@unreachable').find((each) => each.name === 'return');
    assert.equal(JSON.parse(answer.args[1]).errors[0].code, 'service_unavailable');
  });
});
