import { describe, expect, it } from 'vitest';
import { isModelLimit } from './model-limit.js';

describe('isModelLimit', () => {
  it.each([
    "This model's maximum context length is 4096 tokens.",
    'the request exceeds the available context size',
    'prompt is too long: 210000 tokens > 200000 maximum',
    'The input token count (40000) exceeds the maximum number of tokens allowed (32768).',
    'image input not supported',
    'image input is not supported - hint: you may need to provide the mmproj',
    'registry.ollama.ai/library/gemma:2b does not support tools',
    "Unsupported parameter: 'max_tokens' is not supported with this model.",
    "Unsupported value: 'temperature' does not support 0.2 with this model.",
    'No endpoints found that support image input',
    '`response_format` of type json_schema is unsupported',
    "This model doesn't accept audio.",
  ])('knows what another model may do: %s', (message) => {
    expect(isModelLimit({ status: 400, message })).toBe(true);
  });

  it.each([
    'Invalid schema for function "f".',
    "'messages' is a required property",
    'Additional properties are not allowed (foo was unexpected)',
    'The response was filtered due to the prompt triggering the content management policy.',
    'bad thing',
    '',
  ])('knows what is wrong with the request itself: %s', (message) => {
    expect(isModelLimit({ status: 400, message })).toBe(false);
  });

  it('uses the error code if there is one, and status 413', () => {
    expect(isModelLimit({ status: 400, codes: [null, 'context_length_exceeded'] })).toBe(true);
    expect(isModelLimit({ status: 413 })).toBe(true);
    expect(isModelLimit({ status: 400, codes: ['invalid_api_key', 7] })).toBe(false);
  });
});
