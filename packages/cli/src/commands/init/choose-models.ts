import {
  type CollectModel,
  type ListedPrice,
  listedPrices,
  resolveModel,
  serverOf,
  VENDOR_KEYS,
} from '@embedllm/dataset-builder/collect';
import { namedModel } from '../../inputs/named-model.js';
import { listed } from '../../output/listed.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { Interview } from './interview.js';
import type { InitOptions } from './options.js';

/** The models of the options, else those that a person names, with their prices. */
export async function chooseModels(
  context: Context,
  interview: Interview,
  options: InitOptions,
): Promise<CollectModel[]> {
  const specs = options.models ?? (await askForModels(context, interview));
  if (specs.length < 2) {
    throw new UsageError('A router chooses among models: name at least two with --models.');
  }
  const models: CollectModel[] = [];
  const named = new Set<string>();
  const listedPrice = priceLists(context);
  for (const spec of specs) {
    const model = withKey(namedModel(spec), options);
    const { name, ...resolved } = await resolveModel(model);
    if (named.has(name)) {
      throw new UsageError(
        `Two models have the name ${name}. Give one of them another name, as NAME=MODEL: --models mine=${model.model},...`,
      );
    }
    named.add(name);
    const given = options.price?.get(name) ?? options.price?.get(model.model);
    const known = given
      ? { pricePerMillionInputTokens: given[0], pricePerMillionOutputTokens: given[1] }
      : ((await listedPrice(model)) ?? resolved);
    const { pricePerMillionInputTokens, pricePerMillionOutputTokens } = known;
    const isToBeAsked =
      pricePerMillionInputTokens === undefined && interview.isPossible && options.yes !== true;
    const prices = isToBeAsked
      ? await askForPrices(interview, name)
      : { pricePerMillionInputTokens, pricePerMillionOutputTokens };
    models.push({ ...model, name, ...prices });
  }
  const unpriced = models.filter((model) => model.pricePerMillionOutputTokens === undefined);
  if (options.budget !== undefined && unpriced.length > 0) {
    throw new UsageError(
      `--budget needs to know prices, and those of ${listed(unpriced.map(({ name }) => name ?? ''))} are unknown. Give --price NAME=IN/OUT in dollars per million tokens.`,
    );
  }
  for (const name of options.price?.keys() ?? []) {
    if (!named.has(name) && !models.some(({ model }) => model === name)) {
      throw new UsageError(`--price names ${name}, which is not among the models.`);
    }
  }
  return models;
}

async function askForModels(context: Context, interview: Interview): Promise<string[]> {
  const present = VENDOR_KEYS.filter(([, variable]) => (context.io.env[variable] ?? '') !== '');
  if (interview.isPossible) {
    const found = present.map(([vendor, variable]) => `${vendor} (${variable})`).join(', ');
    context.note(
      `Keys found: ${found || 'none'}. Write models as vendor:model, such as openai:gpt-5-mini, or address#model for your own server, such as http://localhost:11434/v1#llama3.2.`,
    );
  }
  const answer = await interview.ask('Which models, separated by commas?', '--models');
  return answer.split(',').flatMap((name) => name.trim() || []);
}

async function askForPrices(
  interview: Interview,
  name: string,
): Promise<Pick<CollectModel, 'pricePerMillionInputTokens' | 'pricePerMillionOutputTokens'>> {
  for (;;) {
    const answer = await interview.ask(
      `Price of ${name} in dollars per million tokens (input/output, or "unknown")?`,
      '--price',
      'unknown',
    );
    if (answer === 'unknown') return {};
    const [input, output, more] = answer
      .split('/')
      .map((part) => Number(part.trim() || Number.NaN));
    const isPrice = (value: number | undefined): value is number =>
      value !== undefined && Number.isFinite(value) && value >= 0;
    if (isPrice(input) && isPrice(output) && more === undefined) {
      return { pricePerMillionInputTokens: input, pricePerMillionOutputTokens: output };
    }
  }
}

/** The key of --api-key-env is that of servers, not of vendors, whose variables are known. */
function withKey<Model extends { readonly model: string }>(
  model: Model,
  { apiKeyEnv }: InitOptions,
): Model & Pick<CollectModel, 'apiKeyEnv'> {
  return /^https?:\/\//.test(model.model) ? { ...model, apiKeyEnv } : model;
}

/** Looks prices up in the lists of servers, each of which is read once, and says what it found. */
function priceLists(context: Context): (model: CollectModel) => Promise<ListedPrice | undefined> {
  const lists = new Map<string, Promise<ReadonlyMap<string, ListedPrice>>>();
  return async (model) => {
    const server = serverOf(model);
    if (server?.baseURL === undefined) return undefined;
    const { baseURL, modelId } = server;
    const list = lists.get(baseURL) ?? listedPrices(server, { signal: context.signal });
    lists.set(baseURL, list);
    const price = (await list).get(modelId);
    if (price !== undefined) {
      const { pricePerMillionInputTokens: input, pricePerMillionOutputTokens: output } = price;
      context.note(`${modelId}: $${input}/$${output} per million tokens, according to ${baseURL}.`);
    }
    return price;
  };
}
