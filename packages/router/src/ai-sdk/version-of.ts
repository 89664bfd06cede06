import { EmbedLLMError } from '@embedllm/core';

/**
 * The version of the AI SDK's interface that all models have.
 *
 * @throws EmbedLLMError `invalid-argument` where one is not a language model, or two differ.
 */
export function versionOf<Version extends 'v3' | 'v4'>(
  models: ReadonlyMap<string, { readonly specificationVersion: Version }>,
): Version {
  const [first] = models.values();
  if (!first) throw refuse('`models` is empty.');
  for (const [name, model] of models) {
    const version = model?.specificationVersion;
    if (version !== 'v3' && version !== 'v4') {
      throw refuse(
        `The model ${JSON.stringify(name)} is not a language model of AI SDK 6 or 7 (its specificationVersion is ${String(version)}).`,
      );
    }
    if (version !== first.specificationVersion) {
      throw refuse(
        `All models must use the same specification version of the AI SDK, but ${JSON.stringify(name)} has ${version} and the first model ${first.specificationVersion}.`,
      );
    }
  }
  return first.specificationVersion;
}

/** An error about what the caller gave. */
export function refuse(message: string): EmbedLLMError {
  return new EmbedLLMError(message, { code: 'invalid-argument' });
}
