import { EmbedLLMError } from '@embedllm/core';

/**
 * Refuses anything but an array of strings, which a call from plain JavaScript may bring.
 *
 * @throws EmbedLLMError `invalid-argument`, naming the index.
 */
export function checkTexts(texts: readonly string[]): void {
  if (!Array.isArray(texts)) {
    throw new EmbedLLMError('The texts must be an array of strings.', { code: 'invalid-argument' });
  }
  const wrong = texts.findIndex((text: unknown) => typeof text !== 'string');
  if (wrong >= 0) {
    throw new EmbedLLMError(
      `The text at index ${wrong} must be a string, but is of type ${typeof texts[wrong]}.`,
      { code: 'invalid-argument' },
    );
  }
}
