// Writes the JSON Schema of gateway.yaml, with which editors complete and check the file. It is found
// out by asking the reader: each field is given wrong values, and what the reader says of them names
// the fields that it knows, their types and their ranges. Run it on built packages.
//
//   node scripts/write-schemas.mjs [--check]
//
// Ends with one line that counts: `schema checks: N passed, N failed`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { root } from './workspace.mjs';

const FILE = 'packages/gateway/schema/gateway.schema.json';
const UNKNOWN = '__unknown__';
/** An upstream of this script, which is not a choice of the reader's. */
const OWN = 'own-upstream';
const { parseGatewayConfiguration } = await import(
  pathToFileURL(join(root, 'packages/gateway/dist/index.js')).href
);
/** Keys are read from variables: any text that is long enough does. */
const environment = new Proxy(
  {},
  { get: (_, name) => `key-of-12-${String(name)}`, has: () => true },
);

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of the gateway of @embedllm/gateway',
  ...schemaOf([]),
  required: ['upstreams', 'models'],
};
const path = join(root, FILE);
const isCurrent =
  existsSync(path) && isDeepStrictEqual(JSON.parse(readFileSync(path, 'utf8')), schema);
if (!process.argv.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(schema, undefined, 2)}\n`);
} else if (!isCurrent) {
  console.log(`FAILED: ${FILE} is not what the reader takes: run node scripts/write-schemas.mjs`);
  console.log('schema checks: 0 passed, 1 failed');
  process.exit(1);
}
console.log('schema checks: 1 passed, 0 failed');

function schemaOf(place) {
  const said = place.length === 0 ? 'Must be an object' : messageAt(place, []);
  if (/Must be an object/.test(said)) return objectSchema(place);
  if (/Must be true or false/.test(said)) return { type: 'boolean' };
  if (/Must be a text/.test(said)) return textSchema(place);
  const number =
    /Must be (an integer|a number) (?:of at least (\S+?)|from (\S+) to (\S+?)),? /.exec(said);
  if (number) {
    const [, kind, least, from, to] = number;
    return {
      type: kind === 'an integer' ? 'integer' : 'number',
      minimum: Number(least ?? from),
      ...(to !== undefined && { maximum: Number(to) }),
    };
  }
  // A list was no mistake, or the reader says something of its own.
  return said === '' ? listSchema(place) : {};
}

function objectSchema(place) {
  const known = /Known: (.+)\.$/.exec(messageAt([...place, UNKNOWN], 1))?.[1];
  if (known === undefined) {
    return { type: 'object', additionalProperties: schemaOf([...place, UNKNOWN]) };
  }
  const properties = known.split(', ').map((name) => [name, schemaOf([...place, name])]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function textSchema(place) {
  const values =
    /(?:Must be|Known:|one of) (?:one of )?([\w-]+(?:, [\w-]+)*(?: or [\w-]+)?)\.$/.exec(
      messageAt(place, 'no-such-value'),
    )?.[1];
  return { type: 'string', ...(values && values !== OWN && { enum: values.split(/, | or /) }) };
}

function listSchema(place) {
  const items = messageAt([...place, 0], []);
  if (/Must be an object/.test(items)) return { type: 'array', items: objectSchema([...place, 0]) };
  if (/Must be a text/.test(items)) return { type: 'array', items: textSchema([...place, 0]) };
  // The reader stopped at another field, or takes anything.
  return {};
}

/** What the reader says of this field when it has this value; '' when nothing. */
function messageAt(place, value) {
  const configuration = {
    upstreams: { [OWN]: { baseURL: 'http://127.0.0.1:9/v1' } },
    models: { m: { upstream: OWN } },
  };
  place.reduce((owner, key, index) => {
    const isLast = index === place.length - 1;
    owner[key] = isLast ? value : (owner[key] ?? (typeof place[index + 1] === 'number' ? [] : {}));
    return owner[key];
  }, configuration);
  const field = place.reduce(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name ? `${name}.${key}` : key),
    '',
  );
  try {
    parseGatewayConfiguration(configuration, { environment });
    return '';
  } catch (error) {
    const lines = error.message.split('\n').map((line) => line.replace(/^- /, ''));
    const start = `field ${field}: `;
    return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
  }
}
