import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiSdkDriver } from './ai-sdk-driver.js';
import type { ClientDriver, ClientOptions } from './client-driver.js';
import { FEATURES } from './features.js';
import { type GatewayUnderTest, KEYS, startGatewayUnderTest } from './gateway-under-test.js';
import { langChainDriver } from './langchain-driver.js';
import { openAiDriver } from './openai-driver.js';
import { pythonDriver, pythonWithClient } from './python-driver.js';

const GUIDE = new URL('../../../../docs/guides/clients-of-the-gateway.md', import.meta.url);
const python = pythonWithClient();

/** The clients by their names in the guide; `undefined` for one that is not installed. */
const CLIENTS: Readonly<Record<string, ((options: ClientOptions) => ClientDriver) | undefined>> = {
  openai: openAiDriver,
  'AI SDK': aiSdkDriver,
  LangChain: langChainDriver,
  'openai for Python':
    python === undefined ? undefined : (options) => pythonDriver(python, options),
};

/** The table of the guide: what each client is said to do. */
const guide = readFileSync(GUIDE, 'utf8');
const rows = guide
  .slice(guide.indexOf('| feature |'))
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const [[, ...clients] = [], , ...features] = rows;

let gateway: GatewayUnderTest;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  gateway = await startGatewayUnderTest((stop) => stops.push(stop));
  for (const apiKey of [KEYS.spent, KEYS.hurried]) {
    const client = openAiDriver({ baseURL: `${gateway.url}/v1`, apiKey });
    await client.chat({ model: 'generalist', prompt: 'All that this key may ask.' });
  }
});

afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

it('are the clients and features of the guide', () => {
  expect(clients).toEqual(Object.keys(CLIENTS));
  expect(features.map(([feature]) => feature)).toEqual(Object.keys(FEATURES));
});

describe.each(clients.map((name, column) => ({ name, column })))('$name', ({ name, column }) => {
  const connect = CLIENTS[name];
  const claimed = features.flatMap(([feature = '', ...cells]) =>
    cells[column] === '✓' ? [feature] : [],
  );
  if (!connect) {
    it.skip(`has ${claimed.length} features (pip install openai, or set EMBEDLLM_PYTHON)`);
    return;
  }
  let client: ClientDriver;
  beforeAll(() => {
    client = connect({ baseURL: `${gateway.url}/v1`, apiKey: KEYS.app });
  });
  afterAll(() => client.close?.());

  it.concurrent.each(claimed)('%s', async (feature) => {
    await FEATURES[feature]?.({ client, server: gateway.server, text: `${name}, ${feature}` });
  });
});
