import { estimatePrompts } from '../costs/estimate-tokens.js';
import { COMPLETIONS, EMBEDDINGS } from '../protocol/openai.js';
import { type ModelRequest, readModelRequest, wrong } from './model-request.js';
import type { JsonBody } from './read-body.js';

/** As many as the OpenAI API takes. */
const MAX_PROMPTS = 2048;

/**
 * Checks a request for completions of a `prompt`: a text, the numbers of its tokens, or a list of either.
 *
 * @throws ApiError 400 naming the field.
 */
export function readCompletionRequest(body: JsonBody): ModelRequest {
  const request = readModelRequest(body, COMPLETIONS);
  const prompts = readPrompts('prompt', body.value.prompt);
  return {
    ...request,
    choices: request.choices * prompts.length,
    input: estimatePrompts(prompts, body.bytes),
  };
}

/**
 * Checks a request for embeddings of an `input`: a text, the numbers of its tokens, or a list of either.
 *
 * @throws ApiError 400 naming the field.
 */
export function readEmbeddingRequest(body: JsonBody): ModelRequest {
  const request = readModelRequest(body, EMBEDDINGS);
  if (request.stream) throw wrong('stream', 'must be omitted: embeddings are not streamed');
  return {
    ...request,
    choices: 1,
    // They write nothing.
    maxTokens: 0,
    input: estimatePrompts(readPrompts('input', body.value.input), body.bytes),
  };
}

function readPrompts(param: string, value: unknown): (string | number[])[] {
  if (typeof value === 'string') return [value];
  if (isTokens(value)) return [value];
  if (!Array.isArray(value) || value.length === 0) {
    throw wrong(param, 'must be a string, a list of tokens, or a list of either');
  }
  if (value.length > MAX_PROMPTS) throw wrong(param, `may have at most ${MAX_PROMPTS} entries`);
  return value.map((prompt: unknown, index) => {
    if (typeof prompt === 'string' || isTokens(prompt)) return prompt;
    throw wrong(`${param}[${index}]`, 'must be a string or a list of tokens');
  });
}

function isTokens(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isInteger);
}
