import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { CLIENT_KEY, type StartedGateway, startGateway } from './start-gateway.js';

const SUM = 'What is the sum of the number 17 and the number 25?';
const LAW = 'Which court decides on this contract?';
const ask = (content: string) => [{ role: 'user' as const, content }];

function client({ url }: StartedGateway, apiKey = CLIENT_KEY): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
}

describe('the official openai client', () => {
  it('gets a routed answer, and the decision in its headers', async () => {
    const gateway = await startGateway();
    const { data, response } = await client(gateway)
      .chat.completions.create({ model: 'auto', messages: ask(SUM) })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(SUM);
    expect(data.model).toBe('mathematician');
    expect(response.headers.get('x-embedllm-model')).toBe('mathematician');
    expect(Number(response.headers.get('x-embedllm-probability'))).toBeGreaterThan(0.8);
    const other = await client(gateway).chat.completions.create({
      model: 'embedllm',
      messages: ask(LAW),
    });
    expect(other.model).toBe('lawyer');
  });

  it('gets a routed stream', async () => {
    const gateway = await startGateway();
    const stream = await client(gateway).chat.completions.create({
      model: 'auto',
      messages: ask(LAW),
      stream: true,
    });
    let text = '';
    for await (const chunk of stream) {
      expect(chunk.model).toBe('lawyer');
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(LAW);
    expect(gateway.upstream.seen).toHaveLength(1);
  });

  it('reaches a model by its name, under its name at the upstream, with all its parameters', async () => {
    const gateway = await startGateway();
    await client(gateway).chat.completions.create({
      model: 'generalist',
      messages: ask(SUM),
      temperature: 0.25,
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
    });
    expect(gateway.upstream.seen[0]?.body).toEqual({
      model: 'generalist-v2',
      messages: ask(SUM),
      temperature: 0.25,
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
    });
  });

  it('lists the models', async () => {
    const gateway = await startGateway();
    const models = await client(gateway).models.list();
    expect(models.data.map(({ id }) => id)).toEqual([
      'auto',
      'embedllm',
      'mathematician',
      'lawyer',
      'generalist',
    ]);
  });

  it('raises its own errors', async () => {
    const gateway = await startGateway({}, { behave: () => 'fail' });
    const { chat } = client(gateway);
    await expect(chat.completions.create({ model: 'poet', messages: ask(SUM) })).rejects.toThrow(
      OpenAI.NotFoundError,
    );
    await expect(
      client(gateway, 'wrong').chat.completions.create({ model: 'auto', messages: ask(SUM) }),
    ).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(chat.completions.create({ model: 'lawyer', messages: ask(SUM) })).rejects.toThrow(
      OpenAI.InternalServerError,
    );
  });

  it('raises an error where a stream breaks off, and does not take it for complete', async () => {
    const gateway = await startGateway({}, { behave: () => 'cut-late' });
    const stream = await client(gateway).chat.completions.create({
      model: 'auto',
      messages: ask(LAW),
      stream: true,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    })();
    await expect(reading).rejects.toThrow(/connection to the upstream failed/);
    expect(text).toBe('Which court ');
    expect(gateway.upstream.seen).toHaveLength(1);
  });
});
