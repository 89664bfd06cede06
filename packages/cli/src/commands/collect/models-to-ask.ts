import {
  type CollectModel,
  type ResolvedModel,
  resolveModel,
} from '@embedllm/dataset-builder/collect';
import { namedModel } from '../../inputs/named-model.js';
import { listed } from '../../output/listed.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { CollectCommandOptions } from './options.js';

/**
 * The models of the command line, else of the configuration, with settings and prices.
 *
 * @throws UsageError where there are none, or a budget meets a model without prices.
 */
export async function modelsToAsk(
  context: Context,
  options: CollectCommandOptions,
): Promise<ResolvedModel[]> {
  const configured = context.models?.map((each) =>
    typeof each === 'object' && 'doGenerate' in each ? { model: each } : each,
  );
  const given: readonly (string | CollectModel)[] = options.model ?? configured ?? [];
  if (given.length === 0) {
    throw new UsageError(
      'No models given. Name them with --model, such as --model openai:gpt-5-mini, or as `models` in the configuration.',
    );
  }
  const resolved = [];
  for (const each of given) resolved.push(await pricedModel(context, options, each));
  const unpriced = resolved.filter((model) => !isPriced(model)).map(({ name }) => name);
  if (unpriced.length > 0 && options.budget !== undefined) {
    throw new UsageError(
      `--budget needs prices, but those of ${listed(unpriced)} are unknown: pass --prices with model, input_price and output_price.`,
    );
  }
  if (unpriced.length > 0) {
    context.warn(
      `The prices of ${listed(unpriced)} are unknown, so their cost counts as $0. Pass --prices with model, input_price and output_price.`,
    );
  }
  return resolved;
}

/** A model with the settings of the flags and the prices of the list. */
export async function pricedModel(
  context: Context,
  options: CollectCommandOptions,
  given: string | CollectModel,
): Promise<ResolvedModel> {
  const model = await resolveModel(withFlags(given, options));
  const prices = await readPrices(context, options);
  return { ...model, ...prices(model) };
}

function withFlags(given: string | CollectModel, options: CollectCommandOptions): CollectModel {
  const { temperature, requestsPerMinute, tokensPerMinute, apiKeyEnv } = options;
  const flags = { temperature, requestsPerMinute, tokensPerMinute, apiKeyEnv };
  if (typeof given !== 'string') {
    // What the configuration says of one model stands over flags for all.
    const own = Object.entries(given).filter(([, value]) => value !== undefined);
    return { ...flags, ...given, ...Object.fromEntries(own) };
  }
  return { ...flags, ...namedModel(given) };
}

function isPriced(model: CollectModel): boolean {
  const { pricePerMillionInputTokens: input, pricePerMillionOutputTokens: output } = model;
  return input !== undefined && output !== undefined;
}

type Prices = Pick<CollectModel, 'pricePerMillionInputTokens' | 'pricePerMillionOutputTokens'>;

/** Prices of an entry by its name, else by that of the model without its effort. */
async function readPrices(
  context: Context,
  { prices }: CollectCommandOptions,
): Promise<(model: ResolvedModel) => Prices> {
  if (prices === undefined) return () => ({});
  const { readModelInfos } = await import('@embedllm/dataset-builder');
  const file = context.path(prices);
  const { models } = await readModelInfos(file, { signal: context.signal });
  const byName = new Map(models.map((info) => [info.name, info]));
  return ({ name, model }) => {
    const info = byName.get(name) ?? byName.get(model.modelId);
    if (info === undefined) return {};
    const { pricePerMillionInputTokens, pricePerMillionOutputTokens } = info;
    return { pricePerMillionInputTokens, pricePerMillionOutputTokens };
  };
}
