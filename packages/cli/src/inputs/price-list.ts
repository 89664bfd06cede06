import type { ModelInfo } from '@embedllm/core';
import type { Command } from 'commander';
import { listed } from '../output/listed.js';
import type { Context } from '../program/context.js';

/** What is known of models besides their answers. */
export interface PriceOptions {
  /**
   * CSV or JSON with a column `model`, prices per million tokens (`input_price`, `output_price`) and,
   * where known, `mean_output_tokens`, `capabilities`, `regions`, `latency_ms`, `context_length`.
   *
   * @default what the dataset or the artifact says
   */
  readonly prices?: string | undefined;
}

/** Adds `--prices`. */
export function addPriceOption(command: Command): Command {
  return command.option(
    '--prices <file>',
    'CSV or JSON: model, input_price, output_price, mean_output_tokens, capabilities, ...',
  );
}

/**
 * The models with what the list of `--prices` says of them; as they are without one. Names and
 * columns of the list that are not known are warned of.
 *
 * @throws DataError when the list is malformed or names none of the models.
 */
export async function withPrices(
  context: Context,
  models: readonly ModelInfo[],
  { prices }: PriceOptions,
): Promise<readonly ModelInfo[]> {
  if (prices === undefined) return models;
  // Only now: the options of commands are read before any library is loaded.
  const { DataError } = await import('@embedllm/core');
  const { joinModelInfos, readModelInfos } = await import('@embedllm/dataset-builder');
  const file = context.path(prices);
  const list = await readModelInfos(file, { signal: context.signal });
  const joined = joinModelInfos(models, list.models);
  if (joined.unused.length === list.models.length) {
    throw new DataError(
      `names none of the models. It lists ${listed(joined.unused)}; the models are ${listed(models.map(({ name }) => name))}.`,
      { file, field: 'model' },
    );
  }
  warnOfColumns(context, file, list.unknownColumns);
  if (joined.unused.length > 0) {
    context.warn(`${file}: Ignored, not among the models: ${listed(joined.unused)}.`);
  }
  return joined.models;
}

/** Names the columns of a table of models that nothing was read from. */
export function warnOfColumns(context: Context, source: string, columns: readonly string[]): void {
  if (columns.length === 0) return;
  context.warn(
    `${source}: Unknown ${columns.length === 1 ? 'column' : 'columns'} of models ignored: ${columns.map((name) => JSON.stringify(name)).join(', ')}. Supported: input_price, output_price, mean_output_tokens, context_length, latency_ms, capabilities, regions, family, parameters_billion and metadata.`,
  );
}
