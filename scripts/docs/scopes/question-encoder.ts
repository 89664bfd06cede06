// What encoders are used on.
import './network.js';
import { encoderRecord } from '@embedllm/question-encoder';
import { createEndpointEncoder } from '@embedllm/question-encoder/endpoint';
import { fitCategoryIndicators } from '@embedllm/trainer';
import { texts, train, artifact as trained } from './pool.js';

const endpoint = await createEndpointEncoder({
  baseURL: 'https://api.openai.com/v1',
  model: 'text-embedding-3-small',
  apiKeyEnv: 'OPENAI_API_KEY',
});
/** As if trained on vectors of an endpoint. */
export const artifact = { ...trained, encoder: encoderRecord(endpoint) };
export const indicators = await fitCategoryIndicators({ train });
export const questions = texts;
export const onProgress = (): void => {};

export { encoder as myEncoder } from './pool.js';
