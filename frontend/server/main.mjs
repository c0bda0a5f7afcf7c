import { fileURLToPath } from 'node:url';
import { makeServer } from './app.mjs';
import { compressAhead, loadFiles } from './files.mjs';
import { wantsHsts } from './headers.mjs';
import { readTargets } from './routes.mjs';

const port = Number(process.env.FRONTEND_PORT || 1000);
const host = process.env.FRONTEND_HOST || undefined;
const root = process.env.FRONTEND_DIST || fileURLToPath(new URL('../dist', import.meta.url));

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (!Number.isInteger(port) || port < 0 || port > 65535) fail('FRONTEND_PORT must be a port number.');

let files;
let made;
try {
  files = loadFiles(root);
  made = makeServer({
    files,
    targets: readTargets(process.env),
    trustProxy: process.env.FRONTEND_TRUST_PROXY === '1',
    hsts: wantsHsts(process.env),
  });
} catch (error) {
  fail(error.code === 'ENOENT' ? `${root} does not exist: run "npm run build" first` : error.message);
}

made.server.on('error', (error) => {
  if (error.code === 'EADDRINUSE') fail(`Port ${port} is in use. Set FRONTEND_PORT to another port.`);
  if (error.code === 'EACCES') {
    fail(`Port ${port} needs root. Set FRONTEND_PORT to 1024 or above, or start as root.`);
  }
  fail(error.message);
});

made.server.listen(port, host, () => {
  console.log(`The application is at http://localhost:${made.server.address().port}/`);
  void compressAhead(files);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    made.stop();
    // Whatever is still open after this is not worth waiting for.
    setTimeout(() => process.exit(0), 5_000).unref();
  });
}
