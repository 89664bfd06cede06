// Writes the JSON Schemas with which editors complete and check configuration files. Run it on built
// packages.
//
//   node scripts/write-schemas.mjs [--check]
//
// Ends with one line that counts: `schema checks: N passed, N failed`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { configurationSchema } from './schemas/configuration-schema.mjs';
import { gatewaySchema } from './schemas/gateway-schema.mjs';
import { root } from './workspace.mjs';

let failed = 0;
const schemas = {
  'packages/gateway/schema/gateway.schema.json': gatewaySchema(),
  'packages/cli/schema/embedllm.config.schema.json': configurationSchema(),
};
for (const [file, schema] of Object.entries(schemas)) {
  const path = join(root, file);
  const isCurrent =
    existsSync(path) && isDeepStrictEqual(JSON.parse(readFileSync(path, 'utf8')), schema);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(schema, undefined, 2)}\n`);
  } else if (!isCurrent) {
    failed++;
    console.log(`FAILED: ${file} is not what the reader takes: run node scripts/write-schemas.mjs`);
  }
}
console.log(`schema checks: ${Object.keys(schemas).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
