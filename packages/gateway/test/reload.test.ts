import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGatewayConfiguration } from '../src/node.js';
import { sampleRouter } from './sample-router.js';
import { startGateway } from './start-gateway.js';

const ask = (model: string, stream = false) => ({
  model,
  stream,
  messages: [{ role: 'user', content: 'What is the sum of the number 1 and 2?' }],
});

describe('reload', () => {
  it('serves the new configuration and router, and lets a stream end on the old ones', async () => {
    let names = ['mathematician', 'lawyer', 'generalist'];
    const gateway = await startGateway(
      {},
      { tokenMs: 40 },
      { loadRouter: async () => sampleRouter(names) },
    );
    const stream = await gateway.post('/v1/chat/completions', ask('auto', true));
    names = ['lawyer', 'mathematician'];
    await gateway.configure({ models: { lawyer: { upstream: 'local', model: 'lawyer-v2' } } });
    expect(await gateway.reload()).toBe(true);
    const renamed = await gateway.post('/v1/chat/completions', ask('auto'));
    expect(await renamed.json()).toMatchObject({ model: 'lawyer-v2' });
    expect((await gateway.post('/v1/chat/completions', ask('mathematician'))).status).toBe(404);
    expect(await stream.text()).toContain('data: [DONE]');
    const events = gateway.events.map(({ event }) => event).filter((event) => event !== 'request');
    expect(events).toEqual(['listening', 'reloaded']);
  });

  it('keeps the old one where the new one is wrong, and says why', async () => {
    const gateway = await startGateway();
    for (const wrong of [{ models: {} }, { models: { poet: { upstream: 'local' } } }]) {
      await gateway.configure(wrong);
      expect(await gateway.reload()).toBe(false);
    }
    await writeFile(gateway.file, '{"half":');
    expect(await gateway.reload()).toBe(false);
    expect((await gateway.post('/v1/chat/completions', ask('auto'))).status).toBe(200);
    const said = gateway.events.map(({ message }) => message);
    expect(said[1]).toMatch(/Keeping the old configuration.*field models: Must name at least one/);
    expect(said[2]).toMatch(/None of the models for routing is in the router's pool/);
    expect(said[3]).toMatch(/Is not valid JSON/);
    const metrics = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: 'Bearer client-key-4f1d' },
    });
    expect(await metrics.text()).toContain('embedllm_gateway_reloads_total{result="failure"} 3');
  });

  it('happens by itself when the file is replaced', async () => {
    const gateway = await startGateway({}, {}, { watchMs: 20 });
    await gateway.configure({ models: { lawyer: { upstream: 'local' } } });
    await rename(gateway.file, `${gateway.file}.new`);
    await rename(`${gateway.file}.new`, gateway.file);
    await expect
      .poll(() => gateway.events.some(({ event }) => event === 'reloaded'), { timeout: 5000 })
      .toBe(true);
  });

  it('sees an artifact that is copied file by file, also where it was not whole at first', async () => {
    let isWhole = true;
    const folder = await mkdtemp(join(tmpdir(), 'embedllm-artifact-'));
    const gateway = await startGateway(
      {},
      {},
      {
        watchMs: 20,
        watch: () => [folder],
        loadRouter: async () => {
          if (!isWhole) throw new Error('The artifact is not whole.');
          return sampleRouter();
        },
      },
    );
    const said = (name: string) => gateway.events.some(({ event }) => event === name);
    isWhole = false;
    await writeFile(join(folder, 'config.json'), '{}');
    await expect.poll(() => said('reload-failed'), { timeout: 5000 }).toBe(true);
    isWhole = true;
    await writeFile(join(folder, 'model.safetensors'), 'x');
    await expect.poll(() => said('reloaded'), { timeout: 5000 }).toBe(true);
    await rm(folder, { recursive: true });
  });

  it('takes up a rotated key', async () => {
    const gateway = await startGateway();
    const file = join(dirname(gateway.file), 'key');
    await writeFile(file, 'the-first-client-key\n');
    await gateway.configure({ authentication: { keys: [{ name: 'app', file: 'key' }] } });
    const status = async (key: string) =>
      (await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } }))
        .status;
    expect(await gateway.reload()).toBe(true);
    expect(await status('the-first-client-key')).toBe(200);
    await writeFile(file, 'the-second-client-key\n');
    expect(await gateway.reload()).toBe(true);
    expect(await status('the-first-client-key')).toBe(401);
    expect(await status('the-second-client-key')).toBe(200);
  });

  it('reads YAML as well, and names the line of a mistake', async () => {
    const gateway = await startGateway();
    const file = `${gateway.file}.yaml`;
    const lines = [
      'artifact: ./artifact',
      'upstreams:',
      '  local: { baseURL: "http://127.0.0.1:1/v1" }',
      'models:',
      '  lawyer: { upstream: local }',
    ];
    await writeFile(file, lines.join('\n'));
    const configuration = await readGatewayConfiguration(file, { environment: {} });
    expect(configuration.artifact).toBe(gateway.file.replace('gateway.json', 'artifact'));
    expect([...configuration.models.keys()]).toEqual(['lawyer']);
    await writeFile(file, `${lines.join('\n')}\nmodels: {}\n`);
    const again = readGatewayConfiguration(file, { environment: {} });
    await expect(again).rejects.toThrow(
      /Is not valid YAML at line 6, column 1: This setting occurs twice/,
    );
    for (const [wrong, message] of [
      ['artifact: !!js/function "x"', /at line 1, column 11: A value cannot begin with !/],
      ['ui: true\n---\nui: false', /It has several documents, separated by ---/],
      [
        'artifact: ./artifact\n\tui: true',
        /at line 2, column 1: This line is indented with a tab\. Use spaces\.$/,
      ],
    ] as const) {
      await writeFile(file, wrong);
      const read = readGatewayConfiguration(file, { environment: {} });
      await expect(read).rejects.toThrow(message);
    }
    const absent = readGatewayConfiguration('absent.yaml', { environment: {} });
    await expect(absent).rejects.toMatchObject({ code: 'io' });
  });

  it('is shown a first one where it is missing, which can be read', async () => {
    const gateway = await startGateway();
    const file = gateway.file.replace('gateway.json', 'first.yaml');
    const environment = { OPENAI_API_KEY: 'sk-000000000000' };
    const missing = await readGatewayConfiguration(file, { environment }).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(missing).toContain('not found. `embedllm init` writes one');
    await writeFile(file, missing.slice(missing.indexOf('{')));
    const { models } = await readGatewayConfiguration(file, { environment });
    expect([...models.keys()]).toEqual(['NAME-OF-A-MODEL']);
  });
});
