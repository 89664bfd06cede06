import { Router } from '@embedllm/router';
import { describe, expect, it } from 'vitest';
import { withModelSettings } from '../src/index.js';
import { encoder, sampleRouter } from './sample-router.js';
import { startGateway } from './start-gateway.js';

const SUM = 'What is the sum of the number 17 and 25?';

/** Starts one whose router is made of what the file says of the models. */
async function start(model: object, policy: object) {
  const gateway = await startGateway(
    {},
    {},
    {
      loadRouter: async (configuration) => {
        const router = sampleRouter();
        const models = withModelSettings(router.models, configuration);
        return new Router({ model: router.toModel(), models, encoder });
      },
    },
  );
  const local = { upstream: 'local' };
  await gateway.configure({
    models: { mathematician: local, lawyer: local, generalist: { ...local, ...model } },
    routing: { policy },
  });
  expect(await gateway.reload()).toBe(true);
  const response = await gateway.post('/v1/route', { question: SUM });
  return { status: response.status, decision: await response.json() };
}

describe('what the configuration says of a model', () => {
  it('decides by price', async () => {
    const policy = { objective: 'cheapest-above', floor: 0.5 };
    const price = { pricePerMillionInputTokens: 0, pricePerMillionOutputTokens: 0.001 };
    expect((await start(price, policy)).decision).toMatchObject({
      model: { name: 'generalist', pricePerMillionOutputTokens: 0.001, meanOutputTokens: 500 },
    });
  });

  it('decides by capability, region and time', async () => {
    const policy = { capabilities: ['tools'], region: 'eu', maxLatencyMs: 900 };
    const settings = { capabilities: ['tools'], regions: ['eu'], latencyMs: 800 };
    expect((await start(settings, policy)).decision).toMatchObject({
      model: { name: 'generalist' },
    });
    expect((await start({ ...settings, latencyMs: 1000 }, policy)).status).toBe(400);
  });

  it('leaves what it does not say, and models that it does not have', () => {
    const models = [{ name: 'a', latencyMs: 5 }, { name: 'b' }];
    expect(withModelSettings(models, { models: new Map() })).toEqual(models);
  });
});
