import type { Artifact, ModelInfo } from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
import { didYouMean } from '@embedllm/internals';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';

/** The artifact of a probe. */
export function openModel(context: Context, artifact: string): Promise<Artifact> {
  return fromPretrained(context.path(artifact), { signal: context.signal });
}

/**
 * What is known of each model under a name: `family`, `size` (billions of parameters), or any key
 * of its metadata that holds texts or numbers.
 *
 * @throws UsageError when no model has it.
 */
export function attributeValues(
  { models }: Pick<Artifact, 'models'>,
  name: string,
): (string | number | undefined)[] {
  const values = models.map((model) => attributeOf(model, name));
  if (values.some((value) => value !== undefined)) return values;
  const keys = new Set(models.flatMap(({ metadata }) => Object.keys(metadata ?? {})));
  const known = ['family', 'size', ...keys].filter((key) =>
    models.some((model) => attributeOf(model, key) !== undefined),
  );
  const column =
    name === 'family'
      ? 'family'
      : name === 'size'
        ? 'parameters_billion'
        : `metadata, as {${JSON.stringify(name)}: ...}`;
  throw new UsageError(
    `Unknown attribute ${JSON.stringify(name)}.${didYouMean(name, known)} ${known.length > 0 ? `Available: ${known.join(', ')}.` : 'Only the model names are known.'} Train with --prices and a file with the columns model and ${column}.`,
  );
}

function attributeOf(model: ModelInfo, name: string): string | number | undefined {
  if (name === 'family') return model.family;
  if (name === 'size') return model.parametersBillion;
  const value = model.metadata?.[name];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
