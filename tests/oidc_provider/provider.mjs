// A real OpenID provider for tests: `node provider.mjs '{"port": 0, "clients": [...]}'` prints its address as JSON.
// Tests steer it under /_control: accounts, clock, keys, where claims stand, and tokens that no provider would issue.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import Provider from 'oidc-provider';

const inside = createRequire(createRequire(import.meta.url).resolve('oidc-provider'));
const { SignJWT, importJWK } = await import(pathToFileURL(inside.resolve('jose')).href);

const given = JSON.parse(process.argv[2] ?? '{}');
const accounts = new Map(Object.entries(given.accounts ?? {}));
const state = { keys: [newKey()], claimsInIdToken: true, clockAheadMs: 0, clients: given.clients ?? [], lastCode: null };

const realNow = Date.now;
Date.now = () => realNow() + state.clockAheadMs;

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/_control/')) return void control(request, response);
  if (request.url.startsWith('/interaction/')) return void interaction(request, response);
  return void provider.callback()(request, response);
});

let issuer;
let provider;
server.listen(given.port ?? 0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  rebuild();
  console.log(JSON.stringify({ issuer }));
});

// Whoever started this has gone when its end of the pipe is closed.
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGTERM', () => process.exit(0));

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

function rebuild() {
  provider = new Provider(issuer, {
    clients: state.clients,
    jwks: { keys: state.keys },
    cookies: { keys: ['only for tests'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups'],
    },
    conformIdTokenClaims: !state.claimsInIdToken,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = `<!doctype html><title>Sign out</title>${form}
            <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out at the provider</button>`;
        },
      },
    },
    pkce: { required: () => true },
    responseTypes: ['code'],
    interactions: { url: (_ctx, found) => `/interaction/${found.uid}` },
    findAccount: (_ctx, id) => {
      const claims = accounts.get(id);
      return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
    // Nobody is asked whether the application may know them.
    loadExistingGrant: async (ctx) => {
      const { accountId } = ctx.oidc.session;
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 600 },
  });
}

async function interaction(request, response) {
  try {
    const { prompt, uid } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><html lang="en"><title>Provider</title><h1>${prompt.name}</h1>
        <form method="post" action="/interaction/${uid}">
          <label>Account <input name="login" autofocus></label>
          <button type="submit" name="answer" value="yes">Continue</button>
          <button type="submit" name="answer" value="no">Cancel</button>
        </form></html>`);
      return;
    }
    const form = new URLSearchParams(await body(request));
    const login = form.get('login') ?? '';
    const result =
      form.get('answer') === 'no' || !accounts.has(login)
        ? { error: 'access_denied', error_description: 'The person cancelled.' }
        : { login: { accountId: login } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } catch (error) {
    response.statusCode = 400;
    response.end(String(error));
  }
}

async function control(request, response) {
  const what = request.url.slice('/_control/'.length);
  const told = JSON.parse((await body(request)) || '{}');
  let answer = {};
  try {
    if (what === 'accounts') for (const [id, claims] of Object.entries(told)) accounts.set(id, claims);
    else if (what === 'settings') {
      Object.assign(state, told);
      rebuild();
    } else if (what === 'rotate') {
      state.keys = told.keepOld ? [newKey(), ...state.keys] : [newKey()];
      rebuild();
    } else if (what === 'sign') answer = { token: await sign(told) };
    else response.statusCode = 404;
  } catch (error) {
    response.statusCode = 500;
    answer = { error: String(error) };
  }
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(answer));
}

/** Sign claims with the provider's own key, or with `key: "other"` under the same id. */
async function sign({ claims, header = {}, key = 'own' }) {
  const jwk = state.keys[0];
  const used = key === 'other' ? { ...newKey(), kid: jwk.kid } : jwk;
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid, ...header });
  return jwt.sign(await importJWK(used, 'RS256'));
}

async function body(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
