/** The error envelope that every service speaks, for the refusals this server makes itself. */
export function problem(response, status, code, detail) {
  const type = status >= 500 ? 'server_error' : 'client_error';
  json(response, status, { type, errors: [{ code, detail, attr: null }] });
}

export function json(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
