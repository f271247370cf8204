/**
 * Makes src/api/schema.ts from the types of docs/openapi.json, which the server's code makes. With --check
 * it writes nothing and fails when the file is another.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const document = new URL('../../docs/openapi.json', import.meta.url);
const types = fileURLToPath(new URL('../src/api/schema.ts', import.meta.url));

/** Formats that are types of their own in sealed/ids.ts. */
const IDS = { 'link-id': 'LinkId', 'submission-id': 'SubmissionId', 'account-id': 'AccountId' };

const HEAD = `/** Made from docs/openapi.json by \`make types\`; not written by hand. */
import type { ${Object.values(IDS).sort().join(', ')} } from '../sealed/ids.ts';

`;

// Paths are left out: api/desk.ts and api/sender.ts say them.
const { components, ...rest } = JSON.parse(await readFile(document, 'utf8'));
const made = await openapiTS(
  { ...rest, paths: {}, components: { schemas: components.schemas } },
  {
    immutable: true,
    alphabetize: true,
    transform: (schema) => {
      const id = IDS[schema.format];
      return id === undefined ? undefined : ts.factory.createTypeReferenceNode(id);
    },
  },
);
const text = await format(HEAD + astToString(made), { ...(await resolveConfig(types)), filepath: types });

if (process.argv.includes('--check')) {
  const had = await readFile(types, 'utf8').catch(() => '');
  if (had !== text) {
    console.error('src/api/schema.ts is not what docs/openapi.json makes: run `make types` and commit');
    process.exitCode = 1;
  }
} else {
  await writeFile(types, text);
}
