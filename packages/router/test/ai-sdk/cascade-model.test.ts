import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import { generateText, Output, streamText, tool } from 'ai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  type Behaviour,
  type FakeUpstream,
  type FakeUpstreamOptions,
  fakeUpstream,
} from '../../../gateway/test/fake-upstream.js';
import {
  type CascadeModelOptions,
  cascadeModel,
  readCascadeMetadata,
  voteModel,
} from '../../src/ai-sdk.js';
import { answerKeys } from '../../src/cascade/index.js';

const prompt = 'Which one is it?';
const B = { a: 'It is (B).', b: 'The answer is B.', d: 'B', large: 'I say (C).' };
const DISAGREE = { ...B, b: 'The answer is A.', d: 'D' };
let upstream: FakeUpstream;

type Settings = Partial<CascadeModelOptions<LanguageModelV3>>;

async function models(
  answers: Record<string, string>,
  behaviours: Record<string, Behaviour> = {},
  options: FakeUpstreamOptions = {},
): Promise<CascadeModelOptions<LanguageModelV3>> {
  upstream = await fakeUpstream({
    behave: ({ model }) => behaviours[model] ?? 'answer',
    answers,
    ...options,
  });
  const { baseURL } = upstream;
  const local = createOpenAICompatible({ name: 'local', baseURL, supportsStructuredOutputs: true });
  const named = Object.fromEntries(['a', 'b', 'd', 'large'].map((name) => [name, local(name)]));
  return { models: named, ask: ['a', 'b'], escalate: 'large', rule: { key: answerKeys.choice } };
}

async function generate(options: CascadeModelOptions<LanguageModelV3>, make = cascadeModel) {
  const { text, usage, totalUsage, providerMetadata } = await generateText({
    model: make(options),
    prompt,
    maxRetries: 0,
  });
  return { text, usage, totalUsage, cascade: readCascadeMetadata(providerMetadata) };
}

async function stream(options: CascadeModelOptions<LanguageModelV3>, make = cascadeModel) {
  const result = streamText({ model: make(options), prompt, maxRetries: 0 });
  const text = await result.text;
  return { text, cascade: readCascadeMetadata(await result.providerMetadata) };
}

const asked = () => upstream.seen.map(({ model }) => model).sort();

afterEach(() => upstream.close());

describe.each([
  ['generates', generate],
  ['streams', stream],
] as const)('a cascade that %s', (_, answer) => {
  it('answers as the first of those that agree', async () => {
    const { text, cascade } = await answer(await models(B));
    expect(text).toBe(B.a);
    expect(asked()).toEqual(['a', 'b']);
    expect(cascade).toMatchObject({ model: 'a', agreed: true, votes: 2 });
  });

  it('asks the better model where they differ', async () => {
    const { text, cascade } = await answer(await models(DISAGREE));
    expect(text).toBe(B.large);
    expect(cascade).toMatchObject({ model: 'large', agreed: false, votes: 1 });
    expect(cascade?.calls.map(({ model }) => model)).toEqual(['a', 'b', 'large']);
  });

  it.each<Behaviour>(['fail', 'cut', 'garbage', 'refuse', 'error-event'])(
    'asks the better model where one answers with: %s',
    async (behaviour) => {
      const { text, cascade } = await answer(await models(B, { b: behaviour }));
      expect(text).toBe(B.large);
      expect(cascade?.calls.find(({ model }) => model === 'b')?.error).toBeTruthy();
    },
  );

  it('asks the better model where both are down', async () => {
    const { text } = await answer(await models(B, { a: 'fail', b: 'fail' }));
    expect(text).toBe(B.large);
  });

  it('asks the better model where one takes too long', async () => {
    const options = await models(B, { b: 'stall' });
    const { text, cascade } = await answer({ ...options, answerMs: 2000 });
    expect(text).toBe(B.large);
    expect(cascade?.calls[1]?.error).toMatch(/longer than answerMs: 2000 ms/);
  });

  it('asks the better model where answers are empty', async () => {
    const { cascade } = await answer(await models({ ...B, a: ' ', b: ' ' }));
    expect(cascade).toMatchObject({ model: 'large', agreed: false });
  });

  it('takes what most say in a vote, and stops the others', async () => {
    const options = await models({ ...B, a: 'A' }, { a: 'stall' });
    const { text, cascade } = await answer({ ...options, ask: ['a', 'b', 'd'] }, voteModel);
    expect(text).toBe(B.b);
    expect(cascade).toMatchObject({ model: 'b', agreed: true, votes: 2 });
    expect(cascade?.calls[0]).toMatchObject({
      model: 'a',
      error: expect.stringMatching('Stopped'),
    });
  });

  it('asks the better model after a tie', async () => {
    const options = await models(DISAGREE);
    const { cascade } = await answer({ ...options, ask: ['a', 'b', 'd'] }, voteModel);
    expect(cascade).toMatchObject({ model: 'large', agreed: false, votes: 1 });
    expect(cascade?.calls).toHaveLength(4);
  });
});

describe('a cascade', () => {
  it('adds up the usage of all calls', async () => {
    const { usage, totalUsage, cascade } = await generate(await models(DISAGREE));
    expect(usage).toMatchObject({ inputTokens: 3, outputTokens: 3 });
    expect(totalUsage).toMatchObject({ inputTokens: 3, outputTokens: 3, totalTokens: 6 });
    expect(cascade?.calls).toEqual(
      ['a', 'b', 'large'].map((model) => ({ model, inputTokens: 1, outputTokens: 1 })),
    );
  });

  it('says how an answer came about before its stream begins', async () => {
    const onSettled = vi.fn();
    await stream({ ...(await models(B)), onSettled });
    expect(onSettled).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ model: 'a' }));
  });

  it('throws what the better model throws', async () => {
    const options = await models(DISAGREE, { large: 'fail' });
    await expect(generate(options)).rejects.toThrow(/internal/i);
  });

  it('sends a call with tools to the better model alone', async () => {
    const { text } = await generateText({
      model: cascadeModel(await models(B)),
      prompt,
      tools: { look: tool({ inputSchema: z.object({ at: z.string() }) }) },
    });
    expect(text).toBe(B.large);
    expect(asked()).toEqual(['large']);
  });

  it('compares objects by value', async () => {
    const options = await models({ a: '{"x": 1, "y": [2]}', b: '{ "y": [2], "x": 1 }' });
    const { output, providerMetadata } = await generateText({
      model: cascadeModel({ ...options, rule: { key: answerKeys.json } }),
      prompt,
      output: Output.object({ schema: z.object({ x: z.number(), y: z.array(z.number()) }) }),
    });
    expect(output).toEqual({ x: 1, y: [2] });
    expect(readCascadeMetadata(providerMetadata)?.agreed).toBe(true);
  });

  it('lets a model judge whether answers are the same', async () => {
    const options = await models({ ...B, a: 'Paris', b: 'the city of Paris' });
    const same = vi.fn(
      async (one: string, other: string) => other.includes(one) || one.includes(other),
    );
    const { cascade } = await generate({ ...options, rule: { same } });
    expect(cascade?.agreed).toBe(true);
    expect(same).toHaveBeenCalledOnce();
  });

  it('stops all calls when the caller aborts', async () => {
    const stopped: string[] = [];
    const onAbort = ({ model }: { readonly model: string }): void => void stopped.push(model);
    const options = await models(B, { a: 'stall', b: 'stall' }, { onAbort });
    const controller = new AbortController();
    const call = generateText({
      model: cascadeModel(options),
      prompt,
      abortSignal: controller.signal,
      maxRetries: 0,
    });
    const rejected = expect(call).rejects.toThrow(/abort/i);
    await vi.waitFor(() => expect(upstream.seen).toHaveLength(2), { timeout: 60_000 });
    controller.abort();
    await rejected;
    await vi.waitFor(() => expect(stopped.sort()).toEqual(['a', 'b']), { timeout: 60_000 });
    expect(asked()).toEqual(['a', 'b']);
  });

  it.each<[string, Settings, RegExp]>([
    ['unknown names', { ask: ['a', 'e'] }, /Unknown model "e"\. `models` has "a", "b"/],
    ['one model', { ask: ['a'] }, /at least two/],
    ['the same model twice', { ask: ['a', 'a'] }, /at least two/],
  ])('refuses %s', async (_, settings, message) => {
    const options = await models(B);
    expect(() => cascadeModel({ ...options, ...settings })).toThrow(message);
  });

  it('is one of AI SDK 6 or 7, and a vote needs three', async () => {
    const options = await models(B);
    expect(cascadeModel(options)).toMatchObject({
      specificationVersion: expect.stringMatching(/^v[34]$/),
      modelId: 'cascade',
    });
    expect(() => voteModel(options)).toThrow(/at least three/);
  });
});
