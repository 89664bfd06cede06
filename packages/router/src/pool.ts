import { EmbedLLMError, type ModelInfo } from '@embedllm/core';
import type { PoolEntry } from './decision.js';

/**
 * Joins the names that a model was trained on with what is known about them.
 *
 * @param names - In the order of the model's embeddings.
 * @param infos - In any order; names without an entry get one that holds the name alone.
 * @throws EmbedLLMError `invalid-argument` on an unknown or repeated name, or a price or token
 * count that is not a number ≥ 0.
 */
export function joinPool(names: readonly string[], infos: readonly ModelInfo[]): PoolEntry[] {
  const byName = new Map<string, ModelInfo>();
  for (const info of infos) {
    if (byName.has(info.name)) {
      throw new EmbedLLMError(
        'invalid-argument',
        `The model ${JSON.stringify(info.name)} is described twice.`,
      );
    }
    byName.set(info.name, info);
  }
  const pool = names.map((name): PoolEntry => {
    const model = byName.get(name) ?? { name };
    byName.delete(name);
    return { model, expectedCostUsd: expectedCostUsd(model) };
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
      'invalid-argument',
      'The list of allowed models is empty. Leave `models` out to choose from the whole pool.',
    );
  }
  const unknown = allowList.filter((name) => !indexByName.has(name));
  if (unknown.length > 0) throw unknownModels(unknown, indexByName.size);
  const indices = new Set(allowList.map((name) => indexByName.get(name) as number));
  return [...indices].sort((a, b) => a - b);
}

function expectedCostUsd(model: ModelInfo): number | undefined {
  const price = nonNegative(
    model,
    'pricePerMillionOutputTokens',
    model.pricePerMillionOutputTokens,
  );
  const tokens = nonNegative(model, 'metadata.meanOutputTokens', model.metadata?.meanOutputTokens);
  return price === undefined || tokens === undefined ? undefined : (price * tokens) / 1e6;
}

function nonNegative(model: ModelInfo, field: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new EmbedLLMError(
    'invalid-argument',
    `The ${field} of ${JSON.stringify(model.name)} is ${String(value)}, but must be a number of at least 0.`,
  );
}

function unknownModels(names: readonly string[], poolSize: number): EmbedLLMError {
  const listed = names
    .slice(0, 5)
    .map((name) => JSON.stringify(name))
    .join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return new EmbedLLMError(
    'invalid-argument',
    `${listed}${more}: not among the ${poolSize} models of this router. Its \`models\` lists them.`,
  );
}
