import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { createGateway, parseGatewayConfiguration } from '../src/index.js';
import { sampleRouter } from './sample-router.js';

const KEYS = { A: 'client-key-4f1d', B: 'operator-key-4f1d' };
const ANY = { upstream: 'local' };

function create(settings: object = {}) {
  const configuration = parseGatewayConfiguration(
    {
      upstreams: { local: { baseURL: 'http://127.0.0.1:9/v1' } },
      models: { mathematician: ANY, lawyer: ANY, generalist: ANY },
      ...settings,
    },
    { environment: KEYS },
  );
  return createGateway({ configuration, router: sampleRouter() });
}

async function documentOf(gateway: ReturnType<typeof create>) {
  const response = await gateway.fetch(new Request('http://gateway.example/openapi.json'));
  expect(response.status).toBe(200);
  const text = await response.text();
  const document: { paths: Record<string, Record<string, { security: object[] }>> } =
    JSON.parse(text);
  return document;
}

it('is an OpenAPI document of version 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(await documentOf(create()));
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

it('has every route that is served, and no other', async () => {
  const gateway = create();
  const { paths } = await documentOf(gateway);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const served = gateway.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(':id{.+}', '{id}')}`);
  expect(described.sort()).toEqual([...new Set(served)].sort());
  expect(described).toContain('GET /v1/models/{id}');
});

it('says which keys are taken, by the configuration', async () => {
  const open = await documentOf(create());
  expect(open.paths['/v1/models']?.get?.security).toEqual([]);
  const keys = [
    { name: 'a', env: 'A' },
    { name: 'b', env: 'B', admin: true },
  ];
  const closed = await documentOf(create({ authentication: { keys } }));
  expect(closed.paths['/v1/models']?.get?.security).toEqual([{ key: [] }, { header: [] }]);
  expect(closed.paths['/healthz']?.get?.security).toEqual([]);
  expect(closed.paths['/ui']?.get?.security).toEqual([{ password: [] }, { key: [] }]);
  const isPublic = { authentication: { keys, publicMetrics: true } };
  const metrics = (await documentOf(create(isPublic))).paths['/metrics']?.get?.security;
  expect(metrics).toEqual([]);
});

it('describes answers as they are', async () => {
  const gateway = create();
  const document = await documentOf(gateway);
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(document, 'gateway');
  const check = async (name: string, request: Request): Promise<void> => {
    const validate = ajv.getSchema(`gateway#/components/schemas/${name}`);
    const body: unknown = await (await gateway.fetch(request)).json();
    expect([validate?.(body), validate?.errors, body]).toEqual([true, null, body]);
    expect(validate?.({ object: 'x' })).toBe(name === 'Document');
  };
  const get = (path: string): Request => new Request(`http://localhost${path}`);
  const post = (path: string, body: object): Request =>
    new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await check('ModelList', get('/v1/models'));
  await check('Model', get('/v1/models/auto'));
  await check('Status', get('/readyz'));
  await check('RouteDecision', post('/v1/route', { question: 'Which court is it?' }));
  await check('Error', post('/v1/route', {}));
  await check('Error', get('/v1/none'));
});
