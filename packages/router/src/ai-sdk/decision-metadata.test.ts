import { describe, expect, it } from 'vitest';
import { type EmbedLLMMetadata, readEmbedLLMMetadata } from './decision-metadata.js';

const METADATA: EmbedLLMMetadata = {
  model: 'b',
  probability: 0.7,
  candidates: [
    { model: 'a', probability: 0.8, expectedCostUsd: 0.001 },
    { model: 'b', probability: 0.7 },
  ],
  attempts: [{ model: 'a', error: 'status 503' }, { model: 'b' }],
  reason: 'a is 80.0% likely to answer correctly.',
  policy: 'best-quality',
};

describe('readEmbedLLMMetadata', () => {
  it('gives the entry as it is', () => {
    expect(readEmbedLLMMetadata({ openai: { seed: 1 }, embedllm: METADATA })).toBe(METADATA);
  });

  it('gives nothing where another provider answered alone', () => {
    expect(readEmbedLLMMetadata(undefined)).toBeUndefined();
    expect(readEmbedLLMMetadata({ openai: { seed: 1 } })).toBeUndefined();
  });

  it.each([
    ['no object', 'a'],
    ['null', null],
    ['no model', { ...METADATA, model: undefined }],
    ['a probability that is a text', { ...METADATA, probability: '0.7' }],
    ['attempts that are not a list', { ...METADATA, attempts: {} }],
    ['an attempt without model', { ...METADATA, attempts: [{}] }],
    ['a candidate that is null', { ...METADATA, candidates: [null] }],
  ])('gives nothing for an entry that something else wrote: %s', (_, entry) => {
    expect(readEmbedLLMMetadata({ embedllm: entry })).toBeUndefined();
  });
});
