import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseGatewayConfiguration } from '../src/index.js';

const root = new URL('../../../', import.meta.url);
const schema = JSON.parse(
  await readFile(new URL('packages/gateway/schema/gateway.schema.json', root), 'utf8'),
);
const validate = new Ajv({ allErrors: true }).compile(schema);
const environment = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, name) => `key-of-12-${String(name)}`,
    getOwnPropertyDescriptor: () => ({ value: '', configurable: true, enumerable: true }),
  },
);
const readSecretFile = () => 'key-of-12-in-a-file';

/** Every configuration in guides and READMEs, and the one that is deployed. */
async function documented(): Promise<{ place: string; text: string }[]> {
  const files = [
    'README.md',
    ...(await readdir(new URL('docs', root), { recursive: true })).map((name) => `docs/${name}`),
    ...(await readdir(new URL('packages', root))).map((name) => `packages/${name}/README.md`),
  ].filter((name) => name.endsWith('.md'));
  const found = [];
  for (const place of files) {
    const markdown = await readFile(new URL(place, root), 'utf8').catch(() => '');
    for (const [, text = ''] of markdown.matchAll(
      /^```yaml\n(# gateway[^\n]*\.yaml\n.*?)^```/gms,
    )) {
      found.push({ place, text });
    }
  }
  const deployed = fileURLToPath(new URL('packages/gateway/deploy/gateway.yaml', root));
  return [...found, { place: 'deploy/gateway.yaml', text: await readFile(deployed, 'utf8') }];
}

describe('gateway.schema.json', async () => {
  const files = await documented();

  it('is tried on what is documented', () => {
    expect(files.length).toBeGreaterThan(2);
  });

  it.each(files)('takes the configuration of $place', ({ text }) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
  });

  it.each([
    [
      'upstreams.a.retries.attempts',
      { upstreams: { a: { baseURL: 'http://h/v1', retries: { attempts: 0 } } } },
    ],
    ['upstreams.a.timeout', { upstreams: { a: { baseURL: 'http://h/v1', timeout: {} } } }],
    ['models.m.operations[0]', { models: { m: { upstream: 'a', operations: ['chats'] } } }],
    ['routing.policy.objective', { routing: { policy: { objective: 'cheapest' } } }],
    ['routing.policy.floor', { routing: { policy: { objective: 'cheapest-above', floor: 2 } } }],
    [
      'authentication.keys[0].admin',
      { authentication: { keys: [{ name: 'k', env: 'KEY', admin: 'yes' }] } },
    ],
    ['server.port', { server: { port: '8080' } }],
  ])('refuses what the reader refuses: %s', (field, part) => {
    const configuration = {
      upstreams: { a: { baseURL: 'http://h/v1' } },
      models: { m: { upstream: 'a' } },
      ...part,
    };
    expect(validate(configuration)).toBe(false);
    expect(() => parseGatewayConfiguration(configuration, { environment, readSecretFile })).toThrow(
      field,
    );
  });

  it.each([
    [
      'models and aliases of its own',
      {
        routing: { aliases: { fast: {} }, models: ['m'] },
        authentication: { keys: [{ name: 'k', env: 'KEY', models: ['m'], aliases: ['fast'] }] },
      },
    ],
    ['as many calls as a longer window has', { breaker: { window: 100, minimumCalls: 50 } }],
    [
      'an objective with its settings',
      { routing: { policy: { objective: 'preferring', prefer: 'm', margin: 0.1 } } },
    ],
  ])('takes %s', (_, part) => {
    const configuration = {
      upstreams: { a: { baseURL: 'http://h/v1' } },
      models: { m: { upstream: 'a' } },
      ...part,
    };
    expect([validate(configuration), validate.errors]).toEqual([true, null]);
    expect(() =>
      parseGatewayConfiguration(configuration, { environment, readSecretFile }),
    ).not.toThrow();
  });
});
