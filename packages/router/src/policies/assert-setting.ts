import { EmbedLLMError } from '@embedllm/core';

/**
 * Checks a number that a caller set.
 *
 * @throws EmbedLLMError `invalid-argument`, naming the setting, the range and the value.
 */
export function assertSetting(name: string, value: number, low: number, high: number): void {
  if (typeof value === 'number' && value >= low && value <= high) return;
  throw new EmbedLLMError(
    `\`${name}\` must be a number ${high < Number.MAX_VALUE ? `from ${low} to ${high}` : `of at least ${low}`}, but is ${String(value)}.`,
    { code: 'invalid-argument' },
  );
}
