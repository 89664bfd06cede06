import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

/** Anthropic's client before a gateway whose upstream speaks chat completions alone. */
async function start(local: object = {}) {
  const gateway = await scriptedGateway({ first: well, 'a/second': well }, { local });
  return { gateway, client: new Anthropic({ baseURL: gateway.url, authToken: CLIENT_KEY }) };
}

describe('GET /v1/models', () => {
  it("answers Anthropic's client in its own form", async () => {
    const { gateway, client } = await start();
    const listed: string[] = [];
    for await (const { id, type, display_name: shown } of client.models.list({ limit: 1 })) {
      expect([type, shown]).toEqual(['model', id]);
      listed.push(id);
    }
    expect(listed).toEqual(['auto', 'embedllm', 'first', 'a/second']);
    expect(await client.models.retrieve('first')).toMatchObject({ id: 'first', type: 'model' });
    await expect(client.models.retrieve('third')).rejects.toThrow(/Unknown model .*third/);
    const headers = { authorization: `Bearer ${CLIENT_KEY}` };
    const others = await fetch(`${gateway.url}/v1/models`, { headers });
    expect(await others.json()).toMatchObject({
      object: 'list',
      data: [{ id: 'auto', object: 'model', owned_by: 'embedllm' }, {}, {}, {}],
    });
  });
});

describe('POST /v1/messages/count_tokens', () => {
  const messages = [{ role: 'user' as const, content: 'word '.repeat(400) }];

  it('is estimated where no model can count that takes messages, and says so', async () => {
    const { gateway, client } = await start({ translate: true });
    for (const model of ['auto', 'first']) {
      const { data, response } = await client.messages
        .countTokens({ model, messages })
        .withResponse();
      expect(data.input_tokens).toBeGreaterThan(400);
      expect(data.input_tokens).toBeLessThan(700);
      expect(response.headers.get('x-embedllm-estimated')).toBe('true');
    }
    expect(gateway.calls).toEqual([]);
  });

  it('is refused where messages are', async () => {
    const { client } = await start();
    await expect(client.messages.countTokens({ model: 'first', messages })).rejects.toThrow(
      /first is not served on/,
    );
  });
});
