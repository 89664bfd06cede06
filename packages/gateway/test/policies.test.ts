import { readFile } from 'node:fs/promises';
import { CorrectnessMatrix, Matrix } from '@embedllm/core';
import { fitFamiliarity } from '@embedllm/core/familiarity';
import { Router } from '@embedllm/router';
import { describe, expect, it } from 'vitest';
import { encoder, sampleRouter } from './sample-router.js';
import { startGateway } from './start-gateway.js';

const SUM = 'What is the sum of the number 17 and 25?';
const ask = (model: string, extra: object = {}) => ({
  model,
  messages: [{ role: 'user', content: SUM }],
  ...extra,
});
const chosen = (response: Response) => response.headers.get('x-embedllm-model');

describe('a policy in the configuration', () => {
  it('decides for auto, and for each alias by its own', async () => {
    const gateway = await startGateway({
      routing: {
        policy: { deny: ['mathematician'] },
        aliases: {
          'auto-best': { objective: 'best-quality' },
          'auto-law': { objective: 'preferring', prefer: 'lawyer', margin: 1 },
        },
      },
    });
    const path = '/v1/chat/completions';
    expect(chosen(await gateway.post(path, ask('auto')))).toBe('generalist');
    expect(chosen(await gateway.post(path, ask('embedllm')))).toBe('generalist');
    expect(chosen(await gateway.post(path, ask('auto-best')))).toBe('mathematician');
    expect(chosen(await gateway.post(path, ask('auto-law')))).toBe('lawyer');
    const decided = await gateway.post('/v1/route', { model: 'auto-law', question: SUM });
    expect(await decided.json()).toMatchObject({ model: { name: 'lawyer' } });
    expect((await gateway.post('/v1/route', { model: 'x', question: SUM })).status).toBe(400);
    const listed = await fetch(`${gateway.url}/v1/models/auto-law`, {
      headers: { authorization: 'Bearer client-key-4f1d' },
    });
    expect(await listed.json()).toMatchObject({ id: 'auto-law', owned_by: 'embedllm' });
  });

  it('is replaced by a reload', async () => {
    const gateway = await startGateway({ routing: { policy: { allow: ['lawyer'] } } });
    const path = '/v1/chat/completions';
    expect(chosen(await gateway.post(path, ask('auto')))).toBe('lawyer');
    await gateway.configure({ routing: { policy: { allow: ['generalist'] } } });
    expect(await gateway.reload()).toBe(true);
    expect(chosen(await gateway.post(path, ask('auto')))).toBe('generalist');
  });

  it('that no model meets is a refusal that says why, not an error of the gateway', async () => {
    const gateway = await startGateway({ routing: { policy: { region: 'eu' } } });
    const response = await gateway.post('/v1/chat/completions', ask('auto'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'no_candidate', message: expect.stringContaining('regions unknown of 3') },
    });
  });
});

describe('a request', () => {
  it('with images or tools goes to a model that takes them', async () => {
    const names = ['mathematician', 'lawyer', 'generalist'];
    const able: Record<string, string[]> = { lawyer: ['vision'], generalist: ['tools', 'vision'] };
    const allowed: unknown[] = [];
    const gateway = await startGateway(
      {},
      {},
      {
        loadRouter: async () => ({
          models: names.map((name) => ({ name, capabilities: able[name] ?? [] })),
          route: async (_, { models = [] } = {}) => {
            allowed.push(models);
            const [name = ''] = models;
            const candidate = { model: { name }, probability: 0.5 };
            return { ...candidate, candidates: [candidate], reason: '', policy: '' };
          },
        }),
      },
    );
    const image = { type: 'image_url', image_url: { url: 'data:,' } };
    const post = (extra: object) => gateway.post('/v1/chat/completions', ask('auto', extra));
    expect(chosen(await post({}))).toBe('mathematician');
    expect(chosen(await post({ messages: [{ role: 'user', content: [image] }] }))).toBe('lawyer');
    expect(chosen(await post({ tools: [{ type: 'function' }] }))).toBe('generalist');
    expect(allowed).toEqual([names, ['lawyer', 'generalist'], ['generalist']]);
  });

  it('that is long goes to a model that is long enough, or to any where none seems to be', async () => {
    const gateway = await startGateway();
    const { upstreams } = JSON.parse(await readFile(gateway.file, 'utf8'));
    const models = {
      mathematician: { upstream: 'local', contextLength: 1000 },
      lawyer: { upstream: 'local', maxOutputTokens: 100 },
      generalist: { upstream: 'local', contextLength: 5000 },
    };
    await gateway.configure({ upstreams, models });
    expect(await gateway.reload()).toBe(true);
    const post = (extra: object) => gateway.post('/v1/chat/completions', ask('auto', extra));
    expect(chosen(await post({}))).toBe('mathematician');
    expect(chosen(await post({ max_tokens: 2000 }))).toBe('generalist');
    expect(chosen(await post({ max_tokens: 90_000 }))).toBe('mathematician');
  });
});

/** The sample router, which has seen sums of three to six numbers and words of the law. */
function familiarRouter(): Router {
  const { models } = sampleRouter();
  const model = sampleRouter().toModel();
  const rows = Array.from({ length: 40 }, (_, index) => {
    const words = 3 + (index % 4);
    return index % 2 === 0 ? [words, 0] : [0, words];
  });
  const embeddings = Matrix.fromRows(rows);
  const labels = Uint8Array.from({ length: rows.length * 3 }, (_, cell) =>
    cell % 5 === 0 ? 0 : 1,
  );
  const correctness = new CorrectnessMatrix({
    questions: rows.map((_, index) => `q${index}`),
    models: models.map(({ name }) => name),
    labels,
  });
  const familiarity = fitFamiliarity({
    model,
    train: embeddings,
    heldOut: { embeddings, correctness },
    calibratedOn: 'training',
    clusters: 3,
  });
  return new Router({ model, models, familiarity, encoder, singleBest: 'lawyer' });
}

describe('familiarity', () => {
  const path = '/v1/chat/completions';
  const strange = `number ${'7 '.repeat(300)}`;
  const say = (content: string) => ask('auto', { messages: [{ role: 'user', content }] });

  it('of the question is in a header of the answer, where the router knows it', async () => {
    const gateway = await startGateway({}, {}, { loadRouter: async () => familiarRouter() });
    const familiarity = async (content: string): Promise<number> =>
      Number((await gateway.post(path, say(content))).headers.get('x-embedllm-familiarity'));
    expect(await familiarity(SUM)).toBeGreaterThan(0.01);
    expect(await familiarity(strange)).toBe(0);
    const unknowing = await startGateway();
    const response = await unknowing.post(path, say(SUM));
    expect(response.headers.has('x-embedllm-familiarity')).toBe(false);
  });

  it('decides by whenUnfamiliar of the policy', async () => {
    const loadRouter = async () => familiarRouter();
    const gateway = await startGateway(
      {
        routing: {
          policy: { whenUnfamiliar: 'lawyer' },
          aliases: { safe: { whenUnfamiliar: 'single-best', unfamiliarBelow: 0.005 } },
        },
      },
      {},
      { loadRouter },
    );
    expect(chosen(await gateway.post(path, say(SUM)))).not.toBe('lawyer');
    expect(chosen(await gateway.post(path, say(strange)))).toBe('lawyer');
    const safe = { ...say(strange), model: 'safe' };
    expect(chosen(await gateway.post(path, safe))).toBe('lawyer');
  });

  it.each([
    [{ whenUnfamiliar: 'nobody' }, /whenUnfamiliar.*neither `single-best` nor among/],
    [{ unfamiliarBelow: 0.1 }, /unfamiliarBelow.*Requires `whenUnfamiliar`/],
    [{ whenUnfamiliar: 'lawyer', unfamiliarBelow: 2 }, /unfamiliarBelow/],
  ])('refuses the policy %j', async (policy, message) => {
    await expect(startGateway({ routing: { policy } })).rejects.toThrow(message);
  });
});
