import {
  APICallError,
  type LanguageModelV3Prompt,
  type LanguageModelV3StreamPart,
} from '@ai-sdk/provider';
import { createProviderRegistry, generateText, streamText } from 'ai';
import {
  convertArrayToReadableStream,
  convertReadableStreamToArray,
  MockLanguageModelV3,
} from 'ai/test';
import { describe, expect, it } from 'vitest';
import { EarlyStreamError } from '../../src/ai-sdk/attempt.js';
import {
  type EmbedLLMOptions,
  embedllm,
  isWorthFallback,
  readEmbedLLMMetadata,
} from '../../src/ai-sdk.js';
import { sampleRouter } from '../sample-router.js';

const SUM = 'What is the sum of the number 17 and the number 25?';
const LAW = 'Which court decides on this contract?';
const USAGE = {
  inputTokens: { total: 3, noCache: 3, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 2, text: 2, reasoning: undefined },
};
const STOP = { unified: 'stop', raw: 'stop' } as const;

function apiError(statusCode: number): APICallError {
  return new APICallError({
    message: `status ${statusCode}`,
    url: 'http://127.0.0.1',
    requestBodyValues: {},
    statusCode,
  });
}

function answering(text: string): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    doGenerate: async () => ({
      content: [{ type: 'text', text }],
      finishReason: STOP,
      usage: USAGE,
      warnings: [],
      providerMetadata: { own: { kept: true } },
    }),
    doStream: async () => ({ stream: convertArrayToReadableStream(parts(text)) }),
  });
}

function parts(text: string): LanguageModelV3StreamPart[] {
  return [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '1' },
    ...[...text].map(
      (delta): LanguageModelV3StreamPart => ({ type: 'text-delta', id: '1', delta }),
    ),
    { type: 'text-end', id: '1' },
    { type: 'finish', finishReason: STOP, usage: USAGE, providerMetadata: { own: { kept: true } } },
  ];
}

function failing(error: unknown): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    doGenerate: async () => {
      throw error;
    },
    doStream: async () => {
      throw error;
    },
  });
}

function streaming(...stream: LanguageModelV3StreamPart[]): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    doStream: async () => ({ stream: convertArrayToReadableStream(stream) }),
  });
}

function auto(
  models: Record<string, MockLanguageModelV3>,
  options: Partial<EmbedLLMOptions<MockLanguageModelV3>> = {},
) {
  return embedllm({ router: sampleRouter(), models, ...options });
}

const three = () => ({
  mathematician: answering('42'),
  lawyer: answering('the supreme court'),
  generalist: answering('both'),
});

describe('what a call needs', () => {
  const router = sampleRouter(undefined, { lawyer: ['vision'], generalist: ['tools', 'vision'] });
  const image = { type: 'image' as const, image: new Uint8Array([137, 80, 78, 71]) };
  const chosen = async (
    options: Partial<EmbedLLMOptions<MockLanguageModelV3>>,
    prompt: Pick<Parameters<typeof generateText>[0], 'tools'> = {},
  ) => {
    const model = auto(three(), { router, ...options });
    const content = [{ type: 'text' as const, text: SUM }, image];
    const { text } = await generateText({
      ...prompt,
      model,
      messages: [{ role: 'user', content }],
    });
    return text;
  };

  it('sends an image to a model that is known to take images, though another is better', async () => {
    expect(await chosen({})).toBe('both');
    expect(await chosen({ routing: { models: ['mathematician', 'lawyer'] } })).toBe(
      'the supreme court',
    );
  });

  it('constrains nothing where the pool says nothing of capabilities, or is told so', async () => {
    expect(await chosen({ router: sampleRouter() })).toBe('42');
    expect(await chosen({ capabilities: () => [] })).toBe('42');
  });

  it('takes the capabilities that a function derives', async () => {
    expect(await chosen({ capabilities: () => ['tools'] })).toBe('both');
  });
});

describe('generateText', () => {
  it('asks the model that the router chooses, and says so in the metadata', async () => {
    const models = three();
    const { text, providerMetadata } = await generateText({ model: auto(models), prompt: SUM });
    expect(text).toBe('42');
    expect(providerMetadata).toMatchObject({
      own: { kept: true },
      embedllm: {
        model: 'mathematician',
        candidates: [
          { model: 'mathematician', expectedCostUsd: 0.001 },
          { model: 'generalist' },
          { model: 'lawyer' },
        ],
        attempts: [{ model: 'mathematician' }],
      },
    });
    expect((await generateText({ model: auto(models), prompt: LAW })).text).toBe(
      'the supreme court',
    );
  });

  it('falls back in the order of the candidates and names every attempt', async () => {
    const events: string[] = [];
    const model = auto(
      { ...three(), mathematician: failing(apiError(503)), generalist: failing(apiError(429)) },
      { onFallback: ({ model, next }) => events.push(`${model} > ${next}`) },
    );
    const { text, providerMetadata } = await generateText({ model, prompt: SUM, maxRetries: 0 });
    expect(text).toBe('the supreme court');
    expect(providerMetadata?.embedllm).toMatchObject({
      model: 'lawyer',
      attempts: [
        { model: 'mathematician', error: 'status 503' },
        { model: 'generalist', error: 'status 429' },
        { model: 'lawyer' },
      ],
    });
    expect(events).toEqual(['mathematician > generalist', 'generalist > lawyer']);
  });

  it('does not ask another model where the request itself was refused', async () => {
    const models = { ...three(), mathematician: failing(apiError(400)) };
    await expect(generateText({ model: auto(models), prompt: SUM, maxRetries: 0 })).rejects.toThrow(
      'status 400',
    );
    expect(models.generalist.doGenerateCalls).toHaveLength(0);
  });

  it('throws the last error unchanged when all fail, within `maxAttempts`', async () => {
    const last = apiError(500);
    const models = { ...three(), mathematician: failing(apiError(503)), generalist: failing(last) };
    const call = generateText({
      model: auto(models, { maxAttempts: 2 }),
      prompt: SUM,
      maxRetries: 0,
    });
    await expect(call).rejects.toBe(last);
    expect(models.lawyer.doGenerateCalls).toHaveLength(0);
  });

  it('stops at an abort, even where the error could be retried', async () => {
    const controller = new AbortController();
    const models = three();
    models.mathematician = new MockLanguageModelV3({
      doGenerate: async () => {
        controller.abort(new Error('enough'));
        throw apiError(503);
      },
    });
    const call = generateText({
      model: auto(models),
      prompt: SUM,
      abortSignal: controller.signal,
      maxRetries: 0,
    });
    await expect(call).rejects.toThrow();
    expect(models.generalist.doGenerateCalls).toHaveLength(0);
    const late = generateText({ model: auto(models), prompt: SUM, abortSignal: controller.signal });
    await expect(late).rejects.toThrow('enough');
  });

  it('passes the signal on to router and model', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const models = three();
    const router = sampleRouter();
    const seen: unknown[] = [];
    const model = embedllm({
      models,
      router: {
        models: router.models,
        route: (text, options) => {
          seen.push(options?.signal);
          return router.route(text, options);
        },
      },
    });
    await generateText({ model, prompt: SUM, abortSignal: signal });
    expect(seen).toEqual([signal]);
    const passedOn = models.mathematician.doGenerateCalls[0]?.abortSignal;
    expect(passedOn?.aborted).toBe(false);
    controller.abort(new Error('enough'));
    expect(passedOn?.reason).toBe(signal.reason);
  });

  it('keeps to the allow list and to the models that were given', async () => {
    const routing = { models: ['lawyer', 'generalist'] };
    const { lawyer, mathematician } = three();
    const limited = auto({ lawyer, mathematician }, { routing });
    const { providerMetadata } = await generateText({ model: limited, prompt: SUM });
    expect(providerMetadata?.embedllm).toMatchObject({
      model: 'lawyer',
      candidates: [{ model: 'lawyer' }],
    });
  });

  it('routes by another rule where one is given', async () => {
    const model = auto(three(), { question: () => LAW });
    expect((await generateText({ model, prompt: SUM })).text).toBe('the supreme court');
  });
});

describe('streamText', () => {
  it('streams the chosen model and puts the decision into the metadata', async () => {
    const result = streamText({ model: auto(three()), prompt: LAW });
    expect(await result.text).toBe('the supreme court');
    expect(await result.providerMetadata).toMatchObject({
      own: { kept: true },
      embedllm: { model: 'lawyer', attempts: [{ model: 'lawyer' }] },
    });
  });

  it.each<[string, MockLanguageModelV3]>([
    ['is refused', failing(apiError(503))],
    [
      'reports an error first',
      streaming({ type: 'stream-start', warnings: [] }, { type: 'error', error: 'overloaded' }),
    ],
    [
      'ends before its first token',
      streaming({ type: 'stream-start', warnings: [] }, { type: 'text-start', id: '1' }),
    ],
    [
      'sends only empty text before it fails',
      streaming(
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: '' },
        { type: 'error', error: apiError(500) },
      ),
    ],
  ])('asks the next candidate when a stream %s', async (_, mathematician) => {
    const result = streamText({
      model: auto({ ...three(), mathematician }),
      prompt: SUM,
      maxRetries: 0,
    });
    expect(await result.text).toBe('both');
    expect((await result.providerMetadata)?.embedllm).toMatchObject({
      model: 'generalist',
      attempts: [{ model: 'mathematician' }, { model: 'generalist' }],
    });
  });

  it('never starts again once a token was passed on', async () => {
    const models = {
      ...three(),
      mathematician: streaming(
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: '4' },
        { type: 'error', error: apiError(503) },
      ),
    };
    const seen: unknown[] = [];
    const result = streamText({
      model: auto(models),
      prompt: SUM,
      maxRetries: 0,
      onError: ({ error }) => {
        seen.push(error);
      },
    });
    let text = '';
    for await (const delta of result.textStream) text += delta;
    expect(text).toBe('4');
    expect(String(seen[0])).toContain('status 503');
    expect(models.generalist.doStreamCalls).toHaveLength(0);
  });

  it('passes an early error on unchanged where no candidate is left', async () => {
    const broken = () => streaming({ type: 'error', error: 'overloaded' });
    const model = auto({ mathematician: broken(), lawyer: broken() });
    const { stream } = await model.doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: SUM }] }],
    });
    expect(await convertReadableStreamToArray(stream)).toEqual([
      { type: 'error', error: 'overloaded' },
    ]);
  });

  it('cancels the model when the reader goes away', async () => {
    let cancelled: unknown;
    const endless = new MockLanguageModelV3({
      doStream: async () => ({
        stream: new ReadableStream<LanguageModelV3StreamPart>({
          pull: (controller) => controller.enqueue({ type: 'text-delta', id: '1', delta: 'x' }),
          cancel: (reason) => {
            cancelled = reason;
          },
        }),
      }),
    });
    const { stream } = await auto({ ...three(), mathematician: endless }).doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: SUM }] }],
    });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel('gone');
    expect(cancelled).toBe('gone');
  });
});

describe('embedllm', () => {
  it('is a provider as well', async () => {
    const models = three();
    const registry = createProviderRegistry({ embedllm: auto(models) });
    const { text } = await generateText({
      model: registry.languageModel('embedllm:auto'),
      prompt: SUM,
    });
    expect(text).toBe('42');
    expect(auto(models).languageModel('lawyer')).toBe(models.lawyer);
    expect(() => auto(models).languageModel('poet')).toThrow(
      /Unknown model "poet"\. Available: "auto"/,
    );
    expect(() => auto(models).embeddingModel('e')).toThrow(/only language models/);
    expect(() => auto(models).imageModel('e')).toThrow(/only language models/);
  });

  it('refuses what cannot be routed', async () => {
    expect(() => auto({})).toThrow(/at least one model/);
    expect(() => auto({ poet: answering('') })).toThrow(/"poet".*not among the 3 models/);
    expect(() => auto(three(), { maxAttempts: 0 })).toThrow(/maxAttempts/);
    const old = Object.assign(answering(''), { specificationVersion: 'v2' });
    expect(() => auto({ lawyer: old })).toThrow(/not a language model of AI SDK 6 or 7/);
    const newer = Object.assign(answering(''), { specificationVersion: 'v4' });
    expect(() => auto({ ...three(), lawyer: newer })).toThrow(/same specification version/);
  });

  it('routes a chat without text of the user by general ability', async () => {
    const image = { type: 'file', mediaType: 'image/png', data: 'AA==' } as const;
    const prompts: LanguageModelV3Prompt[] = [
      [{ role: 'user', content: [image] }],
      [{ role: 'system', content: 'Answer briefly.' }],
      [{ role: 'user', content: [{ type: 'text', text: '' }] }],
    ];
    for (const prompt of prompts) {
      const { providerMetadata } = await auto(three()).doGenerate({ prompt });
      expect(providerMetadata?.embedllm).toMatchObject({ probability: 0.5 });
    }
  });
});

describe('a model that does not answer in time', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const hanging = () => new MockLanguageModelV3({ doGenerate: never, doStream: never });

  it('gives way to the next candidate, and is let go', async () => {
    const mathematician = hanging();
    const model = auto({ ...three(), mathematician }, { answerMs: 20, firstTokenMs: 20 });
    const { text, providerMetadata } = await generateText({ model, prompt: SUM });
    expect(text).not.toBe('');
    expect(readEmbedLLMMetadata(providerMetadata)?.attempts[0]).toMatchObject({
      model: 'mathematician',
      error: expect.stringContaining('answerMs: 20 ms'),
    });
    expect(mathematician.doGenerateCalls[0]?.abortSignal?.aborted).toBe(true);
    const streamed = streamText({ model, prompt: SUM });
    expect(await streamed.text).not.toBe('');
    expect(mathematician.doStreamCalls[0]?.abortSignal?.aborted).toBe(true);
  });

  it('that is the last one is waited for, until the caller aborts', async () => {
    const model = auto({ lawyer: hanging() }, { answerMs: 10 });
    const abortSignal = AbortSignal.timeout(100);
    const call = model.doGenerate({ prompt: [{ role: 'user', content: [] }], abortSignal });
    const first = await Promise.race([
      call,
      new Promise((resolve) => setTimeout(resolve, 60, 'waiting')),
    ]);
    expect(first).toBe('waiting');
  });
});

describe('isWorthFallback', () => {
  it.each([401, 402, 403, 404])(
    'asks on where a provider refuses the account or model: %i',
    (status) => {
      expect(isWorthFallback(apiError(status))).toBe(true);
    },
  );

  it.each([
    [400, '{"error":{"message":"too long","code":"context_length_exceeded"}}', true],
    [422, '{"error":{"message":"image input not supported"}}', true],
    [400, '{"error":{"message":"Invalid schema for function f."}}', false],
  ])('asks on for what one model lacks: %i %s', (statusCode, responseBody, isWorth) => {
    const refused = new APICallError({
      ...{ message: 'refused', url: 'http://127.0.0.1', requestBodyValues: {} },
      ...{ statusCode, responseBody },
    });
    expect(isWorthFallback(refused)).toBe(isWorth);
    expect(isWorthFallback(new EarlyStreamError('refused', { cause: refused }))).toBe(isWorth);
  });

  it('follows what the SDK says about an error', () => {
    expect(isWorthFallback(apiError(500))).toBe(true);
    expect(isWorthFallback(apiError(400))).toBe(false);
    expect(isWorthFallback(new TypeError('x is undefined'))).toBe(false);
    expect(isWorthFallback('overloaded')).toBe(false);
  });
});
