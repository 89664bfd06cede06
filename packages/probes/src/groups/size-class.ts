import { EmbedLLMError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';

/**
 * The size class of a model, for `groupCloseness` and `probeAttribute`: `<10B`, `10-40B`, `>=100B`.
 *
 * @param parametersBillion - Size in billions of parameters; `undefined` gives `undefined`.
 * @param bounds - Sizes, rising, from which the next class begins. @default [10, 40, 100]
 * @throws EmbedLLMError `invalid-argument` when a size is not positive or bounds do not rise.
 */
export function sizeClass(
  parametersBillion: number | undefined,
  bounds: readonly number[] = [10, 40, 100],
): string | undefined {
  if (bounds.length === 0 || !bounds.every((bound, i) => bound > (bounds[i - 1] ?? 0))) {
    throw new EmbedLLMError(
      `Bounds of size classes must be positive and increasing, but are ${bounds.join(', ')}.`,
      { code: 'invalid-argument' },
    );
  }
  if (parametersBillion === undefined) return undefined;
  checkNumber('A size', parametersBillion, { above: 0 });
  const index = bounds.findIndex((bound) => parametersBillion < bound);
  if (index === 0) return `<${bounds[0]}B`;
  return index < 0 ? `>=${bounds[bounds.length - 1]}B` : `${bounds[index - 1]}-${bounds[index]}B`;
}
