import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Behaviour,
  type FakeUpstream,
  fakeUpstream,
} from '../../../gateway/test/fake-upstream.js';
import { embedllm } from '../../src/ai-sdk.js';
import { sampleRouter } from '../sample-router.js';

const SUM = 'What is the sum of the number 17 and the number 25?';
let upstream: FakeUpstream;

/** A routing model over a local server that treats each model as told. */
async function routed(behaviours: Record<string, Behaviour>) {
  upstream = await fakeUpstream({ behave: ({ model }) => behaviours[model] ?? 'answer' });
  const local = createOpenAICompatible({ name: 'local', baseURL: upstream.baseURL });
  const router = sampleRouter();
  const models = Object.fromEntries(router.models.map(({ name }) => [name, local(name)]));
  return embedllm({ router, models });
}

afterEach(() => upstream.close());

describe('over HTTP', () => {
  it('generates with the chosen model', async () => {
    const { text } = await generateText({ model: await routed({}), prompt: SUM });
    expect(text).toBe(SUM);
    expect(upstream.seen.map(({ model }) => model)).toEqual(['mathematician']);
  });

  it.each<Behaviour>(['fail', 'rate-limit', 'cut', 'garbage'])(
    'generates with the next candidate where the first one answers with: %s',
    async (behaviour) => {
      const model = await routed({ mathematician: behaviour });
      const { text, providerMetadata } = await generateText({ model, prompt: SUM, maxRetries: 0 });
      expect(text).toBe(SUM);
      expect(providerMetadata?.embedllm).toMatchObject({ model: 'generalist' });
    },
  );

  it.each<Behaviour>(['fail', 'rate-limit', 'cut', 'error-event'])(
    'streams from the next candidate where the first one answers with: %s',
    async (behaviour) => {
      const model = await routed({ mathematician: behaviour });
      const result = streamText({ model, prompt: SUM, maxRetries: 0 });
      expect(await result.text).toBe(SUM);
      expect((await result.providerMetadata)?.embedllm).toMatchObject({ model: 'generalist' });
    },
  );

  it('does not fall back from a refused request', async () => {
    const model = await routed({ mathematician: 'refuse' });
    await expect(generateText({ model, prompt: SUM, maxRetries: 0 })).rejects.toThrow(
      /bad request/,
    );
    expect(upstream.seen).toHaveLength(1);
  });

  it('aborts a stalled call without asking anyone else', async () => {
    const model = await routed({ mathematician: 'stall' });
    const controller = new AbortController();
    const call = generateText({
      model,
      prompt: SUM,
      abortSignal: controller.signal,
      maxRetries: 0,
    });
    const rejected = expect(call).rejects.toThrow(/timeout|abort/i);
    // Only once the call is under way: a timer might be faster than a busy machine.
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(1), { timeout: 60_000 });
    controller.abort();
    await rejected;
    expect(upstream.seen).toHaveLength(1);
  });
});
