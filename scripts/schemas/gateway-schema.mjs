// The JSON Schema of gateway.yaml, found out by asking the reader: each field is given wrong values,
// and what the reader says of them names the fields that it knows, their types and their ranges.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { anyEnvironment } from '../any-environment.mjs';
import { root } from '../workspace.mjs';

const UNKNOWN = '__unknown__';
/** An upstream, a model and an alias of this script, which are no choices of the reader's. */
const OWN = 'own-name';
/** Values of fields that others go with. */
const COMPANIONS = {
  concurrency: 1,
  whenUnfamiliar: 'single-best',
  key: 'regex',
  preferring: { prefer: OWN, margin: 0.1 },
};
const { parseGatewayConfiguration } = await import(
  pathToFileURL(join(root, 'packages/gateway/dist/index.js')).href
);
const readSecretFile = () => 'key-of-12-in-a-file';

export function gatewaySchema() {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of the gateway of @embedllm/gateway',
    ...schemaOf([]),
    required: ['upstreams', 'models'],
  };
}

function schemaOf(place) {
  const said = place.length === 0 ? 'Must be an object' : messageAt(place, []);
  if (/Must be an object/.test(said)) return objectSchema(place);
  if (/Must be true or false/.test(said)) return { type: 'boolean' };
  if (/Must be a string/.test(said)) return textSchema(place);
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
  // A list was no mistake but for being empty, or the reader says something of its own.
  return said === '' || /^Must (not be empty|name at least)/.test(said) ? listSchema(place) : {};
}

function objectSchema(place) {
  const known = /Available: (.+)\.$/.exec(messageAt([...place, UNKNOWN], 1))?.[1];
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
    /(?:Must be|Available:|one of) (?:one of )?([\w-]+(?:, [\w-]+)*(?: or [\w-]+)?)\.$/.exec(
      messageAt(place, 'no-such-value'),
    )?.[1];
  return {
    type: 'string',
    ...(values && !values.includes(OWN) && { enum: values.split(/, | or /) }),
  };
}

function listSchema(place) {
  const items = messageAt([...place, 0], []);
  if (/Must be an object/.test(items)) return { type: 'array', items: objectSchema([...place, 0]) };
  if (/Must be a string/.test(items)) return { type: 'array', items: textSchema([...place, 0]) };
  // The reader stopped at another field, or takes anything.
  return {};
}

/**
 * What the reader says of this field when it has this value; '' when nothing. Where it wants another
 * field next to it, it is asked again with that.
 */
function messageAt(place, value, companions = {}) {
  const configuration = {
    upstreams: { [OWN]: { baseURL: 'http://127.0.0.1:9/v1' } },
    models: { [OWN]: { upstream: OWN } },
    routing: { aliases: { [OWN]: {} } },
  };
  place.reduce((owner, key, index) => {
    const isLast = index === place.length - 1;
    if (isLast) Object.assign(owner, companions);
    else owner[key] ??= typeof place[index + 1] === 'number' ? [] : neededBy(place, index);
    if (isLast) owner[key] = value;
    return owner[key];
  }, configuration);
  const field = place.reduce(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name ? `${name}.${key}` : key),
    '',
  );
  try {
    parseGatewayConfiguration(configuration, { environment: anyEnvironment, readSecretFile });
    return '';
  } catch (error) {
    const lines = error.message.split('\n').map((line) => line.replace(/^- /, ''));
    const start = `field ${field}: `;
    const said = lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
    const wanted = /^Requires (?:the objective ([\w-]+)|`(\w+)(?:: (\w+))?`)/.exec(said);
    if (!wanted || Object.keys(companions).length > 0) return said;
    const [, objective, name, choice] = wanted;
    return messageAt(
      place,
      value,
      objective ? { objective, ...COMPANIONS[objective] } : { [name]: choice ?? COMPANIONS[name] },
    );
  }
}

/** What an entry needs before the reader looks at its other fields. */
function neededBy(place, index) {
  const [section, name] = place;
  // As many as there may be, so that no other number is bound by fewer.
  if (place[index] === 'breaker') return { window: 10_000 };
  const isEntry = index === (section === 'authentication' ? 2 : 1);
  if (!isEntry) return {};
  if (section === 'upstreams') return { baseURL: 'http://127.0.0.1:9/v1' };
  if (section === 'models') return { upstream: OWN };
  if (section === 'authentication' && name === 'keys') {
    // A key is either in a variable or in a file.
    return place.at(-1) === 'file' ? { name: 'k' } : { name: 'k', env: 'KEY' };
  }
  return {};
}
