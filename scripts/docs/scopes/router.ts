// What routing needs next to the pool: answers of a new model and a provider.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedllm } from '@embedllm/router/ai-sdk';
import './network.js';
import { correctness, router, split, texts } from './pool.js';

export { writeFile } from 'node:fs/promises';
export { generateText } from 'ai';
export const openai = createOpenAICompatible({ name: 'openai', baseURL: 'https://api.example/v1' });
export const answers = split.train.slice(0, 30).map((index) => ({
  question: texts[index] as string,
  outcome: correctness.get(index, 0) ?? 0,
}));
export const url = 'https://models.example/artifact/';
export const actualCostUsd = 0.01;
export const points = [
  { label: 'small', costUsd: 1, quality: 0.7 },
  { label: 'large', costUsd: 2, quality: 0.8 },
];
export const auto = embedllm({ router, models: { 'gpt-4o-mini': openai('gpt-4o-mini') } });
export const prompt = 'What is 17 * 23?';
