/** Types of every service's documents, from the schemas in docs/openapi/. Run it after a schema changed. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const from = new URL('../../docs/openapi/', import.meta.url);
const to = new URL('../src/api/schema/', import.meta.url);

mkdirSync(to, { recursive: true });
const schemas = readdirSync(from).filter((name) => /\.ya?ml$/.test(name));
if (schemas.length === 0) throw new Error(`no schemas in ${fileURLToPath(from)}`);
for (const name of schemas) {
  // The documents are what the application reads; every path with its refusals would be twenty times as much.
  const nodes = (await openapiTS(new URL(name, from))).filter((node) => node.name?.text === 'components');
  const target = new URL(name.replace(/\.ya?ml$/, '.d.ts'), to);
  const head = `// Generated from docs/openapi/${name} by \`npm run generate-api\`. Do not edit.\n\n`;
  writeFileSync(target, head + astToString(nodes));
}
