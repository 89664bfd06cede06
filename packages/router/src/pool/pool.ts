import { EmbedLLMError, type ModelInfo } from '@embedllm/core';

/**
 * Joins the names that a model was trained on with what is known about them.
 *
 * @param names - In the order of the model's embeddings.
 * @param infos - In any order; names without an entry get one that holds the name alone.
 * @throws EmbedLLMError `invalid-argument` on an unknown or repeated name.
 */
export function joinPool(names: readonly string[], infos: readonly ModelInfo[]): ModelInfo[] {
  const byName = new Map<string, ModelInfo>();
  for (const info of infos) {
    if (!info?.name) {
      throw new EmbedLLMError('`models` lists objects with a name.', { code: 'invalid-argument' });
    }
    if (byName.has(info.name)) {
      throw new EmbedLLMError(`The model ${JSON.stringify(info.name)} is described twice.`, {
        code: 'invalid-argument',
      });
    }
    byName.set(info.name, info);
  }
  const pool = names.map((name) => {
    const model = byName.get(name) ?? { name };
    byName.delete(name);
    return model;
  });
  if (byName.size > 0) throw unknownModels([...byName.keys()], names.length);
  return pool;
}

/**
 * The indices of an allow list, ascending.
 *
 * @throws EmbedLLMError `invalid-argument` when the list is empty or names an unknown model.
 */
export function allowedIndices(
  allowList: readonly string[],
  indexByName: ReadonlyMap<string, number>,
): number[] {
  if (allowList.length === 0) {
    throw new EmbedLLMError(
      'The list of allowed models is empty. Leave `models` out to choose from the whole pool.',
      { code: 'invalid-argument' },
    );
  }
  const unknown = allowList.filter((name) => !indexByName.has(name));
  if (unknown.length > 0) throw unknownModels(unknown, indexByName.size);
  const indices = new Set(allowList.map((name) => indexByName.get(name) as number));
  return [...indices].sort((a, b) => a - b);
}

/** The error for names that a router does not have. */
export function unknownModels(names: readonly string[], poolSize: number): EmbedLLMError {
  const listed = names
    .slice(0, 5)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return new EmbedLLMError(
    `${listed}${more}: not among the ${poolSize} models of this router. Its \`models\` lists them.`,
    { code: 'invalid-argument' },
  );
}
