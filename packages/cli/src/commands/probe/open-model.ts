import type { Artifact } from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
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
  { models }: Artifact,
  name: string,
): (string | number | undefined)[] {
  const values = models.map((model) => {
    const value =
      name === 'family'
        ? model.family
        : name === 'size'
          ? model.parametersBillion
          : model.metadata?.[name];
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  });
  if (values.some((value) => value !== undefined)) return values;
  const keys = new Set(models.flatMap(({ metadata }) => Object.keys(metadata ?? {})));
  throw new UsageError(
    `No model has ${JSON.stringify(name)}; there may be ${['family', 'size', ...keys].join(', ')}.`,
  );
}
