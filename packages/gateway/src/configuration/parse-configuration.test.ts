import { inspect } from 'node:util';
import { DataError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { parseGatewayConfiguration } from './parse-configuration.js';

const environment = {
  KEY: ' sk-secret-of-a-key ',
  TORN2: 'sk-secret-of-another',
  EMPTY: '',
  SHORT: 'a',
  TORN: 'sk\nsecret',
};
const upstreams = { a: { baseURL: 'https://a.example/v1/', apiKeyEnv: 'KEY' } };
const models = { small: { upstream: 'a' } };
const parse = (value: unknown) =>
  parseGatewayConfiguration(value, { environment, file: 'gateway.yaml' });

describe('parseGatewayConfiguration', () => {
  it('fills in the defaults', () => {
    const configuration = parse({ upstreams, models });
    const upstream = configuration.upstreams.get('a');
    expect(upstream?.baseURL).toBe('https://a.example/v1');
    expect(upstream?.apiKey?.reveal()).toBe('sk-secret-of-a-key');
    expect(upstream?.timeouts).toEqual({
      connectMs: 5000,
      firstByteMs: 120_000,
      firstTokenMs: 60_000,
      idleMs: 60_000,
      totalMs: 600_000,
    });
    expect(configuration.models.get('small')).toEqual({
      name: 'small',
      operations: ['chat', 'completions', 'embeddings'],
      upstream: 'a',
      model: 'small',
    });
    expect(configuration.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(configuration.cors.origins).toEqual([]);
  });

  it('overrides global settings for one upstream', () => {
    const { upstreams: read } = parse({
      retries: { attempts: 4, baseDelayMs: 10 },
      upstreams: { ...upstreams, b: { baseURL: 'http://b/v1', retries: { attempts: 1 } } },
      models,
    });
    expect(read.get('a')?.retries).toMatchObject({ attempts: 4, baseDelayMs: 10 });
    expect(read.get('b')?.retries).toMatchObject({ attempts: 1, baseDelayMs: 10 });
  });

  it('never prints a key', () => {
    const configuration = parse({
      upstreams,
      models,
      authentication: { keys: [{ name: 'app', env: 'KEY' }] },
    });
    const { apiKey } = configuration.upstreams.get('a') ?? {};
    for (const text of [
      inspect(configuration, { depth: 10, showHidden: true }),
      JSON.stringify([apiKey, configuration.authentication]),
      `${apiKey}`,
    ]) {
      expect(text).not.toContain('sk-secret');
    }
  });

  it('reads secrets from files and headers from the environment, and prints neither', () => {
    const configuration = parseGatewayConfiguration(
      {
        upstreams: {
          a: {
            baseURL: 'https://a.example/v1',
            apiKeyFile: 'upstream-key',
            headers: { 'API-Key': { env: 'KEY' }, 'x-team': 'search' },
          },
        },
        models,
        authentication: { keys: [{ name: 'app', file: 'client-key' }] },
      },
      { environment, readSecretFile: (path) => `secret of ${path}\n`.replaceAll(' ', '-') },
    );
    const { apiKey, headers } = configuration.upstreams.get('a') ?? {};
    expect(apiKey?.reveal()).toBe('secret-of-upstream-key');
    expect(headers?.['api-key']?.reveal()).toBe('sk-secret-of-a-key');
    expect(headers?.['x-team']?.reveal()).toBe('search');
    expect(configuration.authentication.keys[0]?.key.reveal()).toBe('secret-of-client-key');
    expect(inspect(configuration, { depth: 10 })).not.toContain('secret-of');
  });

  it.each<[unknown, RegExp]>([
    [undefined, /^gateway\.yaml: Must be an object, but is missing/],
    [[], /but is a list/],
    [
      { upstream: {} },
      /field upstream: Unknown setting\. Did you mean "upstreams"\? Available: artifact, /,
    ],
    [{ upstreams: {}, models }, /field upstreams: Must name at least one/],
    [{ upstreams, models: {} }, /field models: Must name at least one/],
    [
      { upstreams: { a: {} }, models },
      /field upstreams\.a\.baseURL: Must be a string, but is missing/,
    ],
    [{ upstreams: { a: { baseURL: 'ftp://a' } }, models }, /baseURL: Must be a URL that starts/],
    [{ upstreams: { a: { baseURL: 'https://u:p@a' } }, models }, /baseURL: Must have no user/],
    [
      { upstreams: { a: { ...upstreams.a, apiKeyEnv: 'NOT_SET' } }, models },
      /NOT_SET, which is not set/,
    ],
    [{ upstreams: { a: { ...upstreams.a, apiKeyEnv: 'EMPTY' } }, models }, /which is not set/],
    [{ upstreams: { a: { ...upstreams.a, apiKeyEnv: 'toString' } }, models }, /which is not set/],
    [{ upstreams: { a: { ...upstreams.a, apiKeyEnv: '__proto__' } }, models }, /which is not set/],
    [
      { upstreams: { a: { ...upstreams.a, apiKeyEnv: 'TORN' } }, models },
      /characters not allowed in a key/,
    ],
    [
      { upstreams: { a: { ...upstreams.a, apiKeyEnv: 'sk-1' } }, models },
      /apiKeyEnv: Must be the name of an environment/,
    ],
    [
      { upstreams: { a: { ...upstreams.a, headers: { Host: 'b' } } }, models },
      /headers\.Host: Is not a header/,
    ],
    [
      { upstreams: { a: { ...upstreams.a, headers: { x: 'a\r\nb' } } }, models },
      /headers\.x: Must be printable/,
    ],
    [{ upstreams, models: { auto: { upstream: 'a' } } }, /models\.auto: Is reserved for routing/],
    [{ upstreams, models: { 'a\nb': { upstream: 'a' } } }, /printable characters/],
    [
      { upstreams, models: { small: { upstream: 'b' } } },
      /models\.small\.upstream: Must be one of a\./,
    ],
    [
      { upstreams, models, routing: { policy: { objective: 'utility', lambda: '0,5' } } },
      /lambda: .* Write decimals with a point: 0\.5\./,
    ],
    [
      { upstreams: { local: upstreams.a }, models: { small: { upstream: 'locl' } } },
      /Must be one of local\. Did you mean "local"\?/,
    ],
    [
      { upstreams, models, server: { port: '80' } },
      /server\.port: Must be an integer from 0 to 65535, but is a text/,
    ],
    [{ upstreams, models, server: { port: 1.5 } }, /but is 1\.5/],
    [
      { upstreams, models, server: { host: '0.0.0.0' } },
      /authentication\.keys: Must name a key when/,
    ],
    [{ upstreams, models, cors: { origins: ['*'] } }, /cors\.origins\[0\]: Must be an origin/],
    [{ upstreams, models, cors: { origins: 'x' } }, /cors\.origins: Must be a list/],
    [{ upstreams, models, routing: { models: ['big'] } }, /routing\.models\[0\]: Is not among/],
    [{ upstreams, models, routing: { models: [] } }, /routing\.models: Must not be empty/],
    [
      { upstreams, models, routing: { policy: { objective: 'cheapest' } } },
      /routing\.policy\.objective: Must be one of best-quality, utility/,
    ],
    [
      { upstreams, models, routing: { policy: { objective: 'cheapest-above' } } },
      /routing\.policy\.floor: Is required for the objective cheapest-above/,
    ],
    [
      { upstreams, models, routing: { policy: { floor: 0.5 } } },
      /routing\.policy\.floor: Requires the objective cheapest-above, but the objective is best/,
    ],
    [
      {
        upstreams,
        models,
        routing: { aliases: { cheap: { objective: 'cheapest-above', floor: 2 } } },
      },
      /routing\.aliases\.cheap\.floor: Must be a number from 0 to 1, but is 2/,
    ],
    [
      { upstreams, models, routing: { aliases: { x: { deny: ['big'] } } } },
      /routing\.aliases\.x\.deny\[0\]: Is not among the configured/,
    ],
    [
      { upstreams, models, routing: { policy: { maxPrice: 1 } } },
      /routing\.policy\.maxPrice: Unknown setting\. Available: allow, /,
    ],
    [{ upstreams, models, routing: { aliases: { auto: {} } } }, /aliases\.auto: Is routed by/],
    [{ upstreams, models, routing: { aliases: { small: {} } } }, /aliases\.small: Is the name of/],
    [
      { upstreams, models, retries: { attempts: 0 } },
      /retries\.attempts: Must be an integer from 1 to 10, but is 0/,
    ],
    [
      { upstreams, models, breaker: { failureShare: 2 } },
      /breaker\.failureShare: Must be a number/,
    ],
    [
      { upstreams, models, authentication: { keys: [{ name: 'x', env: 'SHORT' }] } },
      /authentication\.keys\[0\]\.env: Holds a key of fewer than 12 characters/,
    ],
    [
      {
        upstreams,
        models,
        authentication: { keys: ['a', 'b'].map((name) => ({ name, env: 'KEY' })) },
      },
      /authentication\.keys\[1\]\.env: Holds the same key as a/,
    ],
    [
      {
        upstreams,
        models,
        authentication: { keys: ['KEY', 'TORN2'].map((env) => ({ name: 'a', env })) },
      },
      /authentication\.keys\[1\]\.name: Is already the name of another key/,
    ],
    ...[
      [
        { limits: { requests: { week: 1 } } },
        /limits\.requests\.week: Unknown setting\. Available: minute/,
      ],
      [{ limits: { requests: 5 } }, /limits\.requests: Must be an object, but is 5/],
      [
        { limits: { dollars: { day: '5' } } },
        /limits\.dollars\.day: Must be a number from 0 to 1000000/,
      ],
      [{ limits: { queue: 5 } }, /limits\.queue: Requires `concurrency`/],
      [{ models: ['big'] }, /keys\[0\]\.models\[0\]: Must be one of small/],
      [{ models: [] }, /keys\[0\]\.models: Must not be empty/],
      [{ aliases: ['small'] }, /keys\[0\]\.aliases\[0\]: Must be one of auto, embedllm/],
    ].map(([extra, message]): [unknown, RegExp] => [
      { upstreams, models, authentication: { keys: [{ name: 'x', env: 'KEY', ...extra }] } },
      message instanceof RegExp ? message : /never/,
    ]),
    [
      { upstreams, models, authentication: { keys: [{ name: 'x', file: 'key' }] } },
      /authentication\.keys\[0\]\.file: Files cannot be read here/,
    ],
    ...['bodyTimeoutMs', 'requestMs', 'queueTimeoutMs', 'writeTimeoutMs', 'heartbeatMs'].map(
      (name): [unknown, RegExp] => [
        { upstreams, models, limits: { [name]: 3_000_000_000 } },
        new RegExp(`limits\\.${name}: Must be an integer from . to 2147483647`),
      ],
    ),
    [
      { upstreams, models, authentication: { keys: [{ name: 'x' }] } },
      /authentication\.keys\[0\]\.env: Must be a string/,
    ],
    [
      { upstreams, models, telemetry: { endpoint: 'localhost:4318' } },
      /telemetry\.endpoint: Must be a URL such as/,
    ],
    [
      { upstreams, models, telemetry: { endpoint: 'http://a:b@c' } },
      /telemetry\.endpoint: Must have no user/,
    ],
    [
      { upstreams, models, telemetry: { sampleRatio: 2 } },
      /telemetry\.sampleRatio: Must be a number/,
    ],
    [{ upstreams, models, telemetry: true }, /telemetry: Must be an object/],
    [
      { upstreams, models, telemetry: { headers: { host: 'x' } } },
      /telemetry\.headers\.host: Is not a header/,
    ],
    [JSON.parse('{"upstreams":{},"__proto__":{"x":1}}'), /field __proto__: Unknown setting/],
  ])('refuses %j', (value, message) => {
    expect(() => parse(value)).toThrow(DataError);
    expect(() => parse(value)).toThrow(message);
  });

  it('does not quote a key that was put in the wrong place', () => {
    const wrong = { upstreams: { a: { baseURL: 'sk-very-secret' } }, models };
    expect(() => parse(wrong)).toThrow(/^(?!.*very-secret)/);
  });

  it('uses the protocols of a known provider, or those the upstream lists', () => {
    const protocolsOf = (upstream: object) =>
      parseGatewayConfiguration(
        { upstreams: { u: upstream }, models: { m: { upstream: 'u' } } },
        { environment: { KEY: 'k' } },
      ).upstreams.get('u')?.protocols;
    const baseURL = 'http://127.0.0.1:8000/v1';
    expect(protocolsOf({ baseURL })).toEqual(['chat']);
    expect(protocolsOf({ baseURL: 'https://api.openai.com/v1' })).toEqual(['chat', 'responses']);
    expect(protocolsOf({ provider: 'anthropic', apiKeyEnv: 'KEY' })).toEqual(['messages']);
    expect(protocolsOf({ provider: 'google', apiKeyEnv: 'KEY' })).toEqual([]);
    expect(protocolsOf({ baseURL, protocols: ['messages', 'chat', 'chat'] })).toEqual([
      'messages',
      'chat',
    ]);
    expect(() => protocolsOf({ baseURL, protocols: ['gemini'] })).toThrow(
      'field upstreams.u.protocols[0]',
    );
    expect(() => protocolsOf({ baseURL, protocols: [] })).toThrow('at least one');
    const google = { provider: 'google', apiKeyEnv: 'KEY', protocols: ['chat'] };
    expect(() => protocolsOf(google)).toThrow('Requires `provider: openai`.');
    const apart = { provider: 'google', apiKeyEnv: 'KEY', translate: false };
    expect(() => protocolsOf(apart)).toThrow('Must be true for vendors.');
  });

  it('lists all mistakes at once, without those that only follow from another', () => {
    const settings = {
      server: { prot: 8080, port: 'x' },
      upstreams: {
        a: { baseURL: 'ftp://x' },
        b: { baseURL: 'https://b.example/v1', apiKeyEnv: 'NONE' },
      },
      models: {
        one: { upstream: 'a' },
        two: { upstream: 'c' },
        three: { upstream: 'b', modle: 'x' },
      },
      routing: {
        policy: { allow: ['one', 'two', 'three', 'four'] },
        aliases: { x: { floor: 2 } },
        baseline: 'five',
        shadow: { use: 'six' },
        sessions: { sticky: 'yes', idleMs: 0 },
      },
      authentication: { keys: [{ name: 'k', env: 'NONE', models: ['one'], aliases: ['x'] }] },
      limits: { queue: -1, requestBytes: 'many' },
    };
    const read = () => parseGatewayConfiguration(settings, { environment: {}, file: 'g.yaml' });
    expect(read).toThrow(DataError);
    let message = '';
    try {
      read();
    } catch (error) {
      message = String(error);
    }
    expect(message.split('\n')).toEqual([
      'DataError: g.yaml: Has 15 errors:',
      '- field upstreams.a.baseURL: Must be a URL that starts with http:// or https://.',
      '- field upstreams.b.apiKeyEnv: Names the environment variable NONE, which is not set.',
      '- field models.two.upstream: Must be one of a, b.',
      expect.stringContaining('- field models.three.modle: Unknown setting.'),
      '- field routing.aliases.x.floor: Requires the objective cheapest-above, but the objective is best-quality.',
      '- field routing.baseline: Is not among the configured `models`.',
      '- field routing.policy.allow[3]: Is not among the configured `models`.',
      '- field routing.shadow.use: Is not among the configured `models`.',
      '- field routing.sessions.sticky: Must be true or false, but is a text.',
      '- field routing.sessions.idleMs: Must be an integer of at least 1, but is 0.',
      expect.stringContaining('- field server.prot: Unknown setting.'),
      '- field server.port: Must be an integer from 0 to 65535, but is a text.',
      '- field authentication.keys[0].env: Names the environment variable NONE, which is not set.',
      expect.stringContaining('- field limits.requestBytes: Must be an integer from 1'),
      '- field limits.queue: Must be an integer of at least 0, but is -1.',
    ]);
  });

  it('lists names that a key can never use, and preferences that cannot be met', () => {
    const model = { upstream: 'a' };
    const keys = [
      { name: 'lacking', env: 'A', models: ['one'], aliases: ['exam'] },
      { name: 'apart', env: 'B', models: ['vectors'], aliases: ['auto', 'cheap'] },
      { name: 'wishful', env: 'C', models: ['one'], policy: { whenUnfamiliar: 'big' } },
      { name: 'right', env: 'D', models: ['one', 'two', 'big'], aliases: ['exam', 'auto'] },
      // Without `aliases`, models alone may be meant.
      { name: 'alone', env: 'E', models: ['vectors'] },
    ];
    const settings = {
      upstreams: { a: { baseURL: 'https://a.example/v1' } },
      models: {
        one: model,
        two: model,
        big: model,
        vectors: { ...model, operations: ['embeddings'] },
      },
      routing: {
        models: ['one', 'two'],
        policy: { objective: 'preferring', prefer: 'big', margin: 0.1 },
        aliases: {
          cheap: { whenUnfamiliar: 'two', deny: ['two'] },
          dear: { whenUnfamiliar: 'two', allow: ['one'] },
          best: { whenUnfamiliar: 'single-best' },
        },
        cascades: { exam: { ask: ['one', 'two'], escalate: 'big', key: 'text' } },
      },
      authentication: { keys },
    };
    const environment = Object.fromEntries(
      keys.map(({ env }) => [env, `key-of-${env}-that-is-long`]),
    );
    const mistakesOf = (changed: object): string => {
      try {
        parseGatewayConfiguration({ ...settings, ...changed }, { environment });
      } catch (error) {
        return error instanceof DataError ? error.message : String(error);
      }
      return '';
    };
    expect(mistakesOf({}).split('\n- field ').slice(1)).toEqual([
      'routing.policy.prefer: big is not allowed there, only one, two.',
      'routing.aliases.cheap.whenUnfamiliar: two is denied by the same policy.',
      'routing.aliases.dear.whenUnfamiliar: two is not allowed there, only one.',
      "authentication.keys[0].aliases: exam asks two and big, which the key may not use. Add what is missing to the key's `models`, or remove exam.",
      "authentication.keys[1].aliases: auto routes to one, two, none of which the key may use. Add what is missing to the key's `models`, or remove auto.",
      "authentication.keys[1].aliases: cheap routes to one, two, none of which the key may use. Add what is missing to the key's `models`, or remove cheap.",
      'authentication.keys[2].policy.whenUnfamiliar: big is not allowed there, only one.',
    ]);
    const routing = { shadow: { use: 'big' } };
    const [key] = keys.slice(-2);
    expect(mistakesOf({ routing, authentication: { keys: [{ ...key, aliases: ['auto'] }] } })).toBe(
      '',
    );
    const other = { ...key, models: ['one'], aliases: ['auto'] };
    expect(mistakesOf({ routing, authentication: { keys: [other] } })).toContain(
      'field authentication.keys[0].aliases: auto is answered by big (routing.shadow.use), which the key may not use.',
    );
  });

  it('lists all mistakes in cascades', () => {
    const ask = ['one', 'two'];
    const settings = {
      upstreams: { a: { baseURL: 'https://a.example/v1' } },
      models: {
        one: { upstream: 'a' },
        two: { upstream: 'a' },
        big: { upstream: 'a' },
        vectors: { upstream: 'a', operations: ['embeddings'] },
      },
      routing: {
        aliases: { both: {} },
        cascades: {
          one: { ask, escalate: 'big', key: 'text' },
          both: { ask, escalate: 'huge', key: 'text' },
          lone: { ask: ['one'], escalate: 'huge', key: 'letter', agree: 'some' },
          same: { ask: ['one', 'one'], escalate: 'vectors', key: 'text', pattern: 'x' },
          itself: { ask: ['one', 'big'], escalate: 'big', key: 'regex', pattern: '(' },
          jury: { ask, escalate: 'big', key: 'regex', agree: 'majority' },
          odd: { ask: ['one', 'three'], key: 'choice', helpers: [] },
          good: { ask, escalate: 'big', key: 'choice' },
        },
      },
      authentication: { keys: [{ name: 'k', env: 'KEY', aliases: ['good'] }] },
    };
    const environment = { KEY: 'a-key-that-is-long' };
    let message = '';
    try {
      parseGatewayConfiguration(settings, { environment });
    } catch (error) {
      message = String(error);
    }
    const said = message.split('\n- field routing.cascades.').slice(1);
    expect(said).toEqual([
      'one: Is the name of a model.',
      'both: Is a name of `routing.aliases` too.',
      'both.escalate: Is not among the configured `models`.',
      'lone.agree: Must be one of all, majority.',
      'lone.escalate: Is not among the configured `models`.',
      'lone.ask: Must name at least two models.',
      'lone.key: Must be one of choice, number, text, json, regex.',
      'same.escalate: Does not support chat completions (models.vectors.operations).',
      'same.ask: Names a model twice.',
      'same.pattern: Requires `key: regex`.',
      'itself.ask: Names the model of `escalate` too.',
      'itself.pattern: Is not a regular expression of JavaScript.',
      'jury.ask: Must name at least three models for a majority.',
      'jury.pattern: Must be a string, but is missing.',
      'odd.helpers: Unknown setting. Available: ask, escalate, key, pattern, agree.',
      'odd.escalate: Must be a string, but is missing.',
      'odd.ask[1]: Is not among the configured `models`.',
    ]);
  });
});
