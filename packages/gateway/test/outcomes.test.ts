import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Router } from '@embedllm/router';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleRouter } from './sample-router.js';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';

const folders: string[] = [];
afterEach(async () => {
  await stopScripted();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function someFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedllm-outcomes-'));
  folders.push(folder);
  return join(folder, 'decisions.jsonl');
}

const keys = (outcomes: string) => [{ name: 'test', env: 'CLIENT_KEY', outcomes }];
const learning = (file: string, outcomes: string): object => ({
  decisions: { file },
  routing: { learning: true },
  authentication: { keys: [...keys(outcomes), { name: 'app', env: 'APP_KEY', outcomes: 'learn' }] },
});
const environment = { APP_KEY: 'key-of-the-app-1' };
const loadRouter = async (): Promise<Router> => sampleRouter(['first', 'other', 'second']);
const routed = { environment, loadRouter };

const QUESTION = { messages: [{ role: 'user', content: 'What is a sum?' }] };

async function route(gateway: Awaited<ReturnType<typeof scriptedGateway>>): Promise<string> {
  const response = await gateway.post('/v1/route', { question: 'What is a sum?' });
  return /"name":"(\w+)"/.exec(await response.text())?.[1] ?? '';
}

describe('a router that learns from outcomes', () => {
  it('changes its mind, and has not forgotten it after a restart', async () => {
    const file = await someFile();
    const scripts = { first: well, second: well };
    const gateway = await scriptedGateway(scripts, learning(file, 'learn'), routed);
    expect(await route(gateway)).toBe('first');
    for (let call = 0; call < 30; call++) {
      const answered = await gateway.ask('first', QUESTION);
      const id = answered.headers.get('x-request-id');
      expect((await gateway.post('/v1/outcomes', { id, outcome: 0 })).status).toBe(200);
    }
    expect(await route(gateway)).toBe('second');
    expect(await gateway.gateway.metrics()).toContain(
      'embedllm_gateway_learnt_outcomes_total{model="first"} 30',
    );
    await gateway.close();
    const again = await scriptedGateway(scripts, learning(file, 'learn'), routed);
    expect(await route(again)).toBe('second');
    expect(again.events.map(({ message }) => message)).toContain(
      `The router learned from 30 of the 30 outcomes in ${file}.`,
    );
  });

  it('learns an answer once, and a correction in its place after a restart', async () => {
    const file = await someFile();
    const scripts = { first: well, second: well };
    const gateway = await scriptedGateway(scripts, learning(file, 'learn'), routed);
    const id = (await gateway.ask('first', QUESTION)).headers.get('x-request-id');
    for (let turn = 0; turn < 30; turn++) {
      await gateway.post('/v1/outcomes', { id, outcome: 1 });
      await gateway.post('/v1/outcomes', { id, outcome: 0 });
    }
    expect(await gateway.gateway.metrics()).toContain(
      'embedllm_gateway_learnt_outcomes_total{model="first"} 1\n',
    );
    await gateway.close();
    const again = await scriptedGateway(scripts, learning(file, 'learn'), routed);
    expect(again.events.map(({ message }) => message)).toContain(
      `The router learned from 1 of the 1 outcomes in ${file}.`,
    );
    expect(await route(again)).toBe('first');
  });

  it('does not learn from keys that are not trusted, and some may say nothing', async () => {
    const file = await someFile();
    const scripts = { first: well, second: well };
    const kept = await scriptedGateway(scripts, learning(file, 'keep'), routed);
    for (let call = 0; call < 30; call++) {
      const id = (await kept.ask('first', QUESTION)).headers.get('x-request-id');
      expect((await kept.post('/v1/outcomes', { id, outcome: 0 })).status).toBe(200);
    }
    expect(await route(kept)).toBe('first');
    await kept.close();
    expect((await readFile(file, 'utf8')).match(/"source":"app"/g)).toHaveLength(30);
    const refused = await scriptedGateway(scripts, learning(file, 'refuse'), routed);
    expect(await route(refused)).toBe('first');
    const response = await refused.post('/v1/outcomes', { id: 'x', outcome: 0 });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('authentication.keys[].outcomes');
  });

  it.each([
    ['no log', {}, 'Needs `decisions.file`'],
    [
      'no trusted key',
      { decisions: { file: 'x' }, authentication: { keys: keys('keep') } },
      'Needs a key',
    ],
    ['another trust', { authentication: { keys: keys('all') } }, 'refuse, keep, learn'],
  ])('says what is missing: %s', async (_, settings, message) => {
    const started = scriptedGateway(
      { first: well },
      { routing: { learning: true }, ...settings },
      routed,
    );
    await expect(started).rejects.toThrow(message);
  });

  it('loses no answer to the half line that a killed gateway left', async () => {
    const file = await someFile();
    await writeFile(file, '{"id":"a","outcome":1}\n{"id":"half","mod');
    const gateway = await scriptedGateway(
      { first: well, second: well },
      learning(file, 'learn'),
      routed,
    );
    const id = (await gateway.ask('first', QUESTION)).headers.get('x-request-id');
    await gateway.close();
    const lines = (await readFile(file, 'utf8')).split('\n');
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ id, model: 'first' });
  });

  it('lets no key take the place of the answer of another', async () => {
    const file = await someFile();
    const gateway = await scriptedGateway({ first: well }, learning(file, 'learn'), routed);
    const named = { 'x-request-id': 'request-1' };
    const ask = (headers: object) =>
      gateway.post(
        '/v1/chat/completions',
        { model: 'first', ...QUESTION },
        { ...named, ...headers },
      );
    expect((await ask({})).headers.get('x-request-id')).toBe('request-1');
    expect((await ask({ authorization: `Bearer ${environment.APP_KEY}` })).status).toBe(200);
    const outcome = { id: 'request-1', outcome: 1 };
    expect((await gateway.post('/v1/outcomes', outcome)).status).toBe(200);
  });

  it('survives lines of others in its log', async () => {
    const file = await someFile();
    await writeFile(
      file,
      '{"id":"a","outcome":1}\nnull\n{"id":"b","model":"first","prompt_id":"c","outcome":7}\n',
    );
    const gateway = await scriptedGateway(
      { first: well, second: well },
      learning(file, 'learn'),
      routed,
    );
    expect(await route(gateway)).toBe('first');
  });
});
