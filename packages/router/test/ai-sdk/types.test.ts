import type { LanguageModelV3, ProviderV3 } from '@ai-sdk/provider';
import type { LanguageModel as LanguageModel6 } from 'ai';
import type { createProviderRegistry, LanguageModel as LanguageModel7 } from 'ai-7';
import { describe, expectTypeOf, it } from 'vitest';
import type { EmbedLLMOptions, EmbedLLMProvider } from '../../src/ai-sdk.js';
import { type CascadeModelOptions, cascadeModel, embedllm } from '../../src/ai-sdk.js';

type LanguageModelV4 = Extract<LanguageModel7, { specificationVersion: 'v4' }>;
type ProviderV4 = Extract<
  Parameters<typeof createProviderRegistry>[0][string],
  { specificationVersion: 'v4' }
>;

// Never called: only their types matter.
const route6 = (options: EmbedLLMOptions<LanguageModelV3>) => embedllm(options);
const route7 = (options: EmbedLLMOptions<LanguageModelV4>) => embedllm(options);
const cascade6 = (options: CascadeModelOptions<LanguageModelV3>) => cascadeModel(options);
const cascade7 = (options: CascadeModelOptions<LanguageModelV4>) => cascadeModel(options);

describe('the types of embedllm', () => {
  it('match the model and provider types of AI SDK 6', () => {
    expectTypeOf<ReturnType<typeof route6>>().toExtend<LanguageModelV3>();
    expectTypeOf<ReturnType<typeof route6>>().toExtend<LanguageModel6>();
    expectTypeOf<ReturnType<typeof route6>>().toExtend<ProviderV3>();
    expectTypeOf<ReturnType<typeof route6>['specificationVersion']>().toEqualTypeOf<'v3'>();
  });

  it('match the model and provider types of AI SDK 7', () => {
    expectTypeOf<ReturnType<typeof route7>>().toExtend<LanguageModelV4>();
    expectTypeOf<ReturnType<typeof route7>>().toExtend<LanguageModel7>();
    expectTypeOf<ReturnType<typeof route7>>().toExtend<ProviderV4>();
    expectTypeOf<ReturnType<typeof route7>['specificationVersion']>().toEqualTypeOf<'v4'>();
  });

  it('hold for cascades too', () => {
    expectTypeOf<ReturnType<typeof cascade6>>().toExtend<LanguageModelV3>();
    expectTypeOf<ReturnType<typeof cascade7>>().toExtend<LanguageModelV4>();
  });

  it('do not mix the two', () => {
    expectTypeOf<ReturnType<typeof route7>>().not.toExtend<LanguageModelV3>();
    expectTypeOf<EmbedLLMProvider<'v3', never, never, never>>().not.toExtend<LanguageModelV4>();
  });
});
