// What routing needs beside the pool: answers of a new model, a provider, the gateway's settings.

import { writeFileSync } from 'node:fs';
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
export const settings = {
  upstreams: { local: { baseURL: 'http://127.0.0.1:8000/v1' } },
  models: { 'qwen2.5-7b': { upstream: 'local' } },
};
export const points = [
  { label: 'small', costUsd: 1, quality: 0.7 },
  { label: 'large', costUsd: 2, quality: 0.8 },
];

// Any port that is free. JSON is YAML too.
writeFileSync(
  'gateway.yaml',
  JSON.stringify({ artifact: './artifact', server: { port: 0 }, ...settings }),
);
export const auto = embedllm({ router, models: { 'gpt-4o-mini': openai('gpt-4o-mini') } });
export const prompt = 'What is 17 * 23?';
