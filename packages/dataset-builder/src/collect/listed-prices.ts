import { environmentValue, isJsonObject, type JsonObject, ownValue } from '@embedllm/internals';
import type { ModelServer } from './server-of.js';

/** What a server says that a model costs. */
export interface ListedPrice {
  /** US dollars per million tokens read. */
  readonly pricePerMillionInputTokens: number;
  /** US dollars per million tokens written. */
  readonly pricePerMillionOutputTokens: number;
}

/** Options of `listedPrices`. */
export interface ListedPricesOptions {
  /** Milliseconds to wait for each answer. @default 5000 */
  readonly timeoutMs?: number | undefined;
  /** Stops reading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Vendors whose lists of models have no prices. */
const WITHOUT_PRICES: readonly string[] = [
  ...['openai', 'anthropic', 'google', 'mistral', 'xai', 'groq', 'deepseek'],
  'fireworks',
];
/** By name, or by the host of an address. */
const TOGETHER = /^(?:together|api\.together\.(?:ai|xyz))$/;

/**
 * The prices that a server lists, by the names that it has for its models: `pricing.prompt` and
 * `pricing.completion` of `/models`, as OpenRouter has them, else `input_cost_per_token` and
 * `output_cost_per_token` of `/model/info`, as the proxy of LiteLLM does, in dollars a token; of Together
 * `pricing.input` and `pricing.output` of `/models`, in dollars per million.
 *
 * @returns what it lists, of models with both prices; nothing where it lists none or cannot be reached.
 * @throws the signal's reason when it is aborted.
 */
export async function listedPrices(
  server: ModelServer,
  { timeoutMs = 5000, signal }: ListedPricesOptions = {},
): Promise<ReadonlyMap<string, ListedPrice>> {
  const { vendor, baseURL, apiKeyEnv } = server;
  const prices = new Map<string, ListedPrice>();
  if (baseURL === undefined || WITHOUT_PRICES.includes(vendor)) return prices;
  const key = apiKeyEnv === undefined ? undefined : environmentValue(process.env, apiKeyEnv);
  for (const { path, priceOf } of TOGETHER.test(vendor) ? TOGETHER_LISTS : LISTS) {
    const url = `${baseURL.replace(/\/+$/, '')}${path}`;
    for (const entry of await entriesOf(url, key, timeoutMs, signal)) {
      const listed = priceOf(entry);
      if (listed === undefined) continue;
      const [name, input, output] = listed;
      prices.set(name, {
        pricePerMillionInputTokens: perMillion(input),
        pricePerMillionOutputTokens: perMillion(output),
      });
    }
    if (prices.size > 0) break;
  }
  return prices;
}

type NamedPrice = readonly [name: string, input: number, output: number];

interface PriceList {
  readonly path: string;
  readonly priceOf: (entry: JsonObject) => NamedPrice | undefined;
}

const LISTS: readonly PriceList[] = [
  {
    path: '/models',
    priceOf: (entry) => named(entry, 'id', 'pricing', ['prompt', 'completion']),
  },
  {
    path: '/model/info',
    priceOf: (entry) =>
      named(entry, 'model_name', 'model_info', ['input_cost_per_token', 'output_cost_per_token']),
  },
];

const TOGETHER_LISTS: readonly PriceList[] = [
  {
    path: '/models',
    priceOf: (entry) => {
      const listed = named(entry, 'id', 'pricing', ['input', 'output']);
      if (listed === undefined) return undefined;
      const [name, input, output] = listed;
      // Models that are rented by the hour have no price a token.
      const pricing = ownValue(entry, 'pricing');
      const hourly = isJsonObject(pricing) ? priceIn(ownValue(pricing, 'hourly')) : undefined;
      const isRented = input === 0 && output === 0 && (hourly ?? 0) > 0;
      return isRented ? undefined : [name, input / 1e6, output / 1e6];
    },
  },
];

function named(
  entry: JsonObject,
  nameField: string,
  pricesField: string,
  [inputField, outputField]: readonly [string, string],
): NamedPrice | undefined {
  const name = ownValue(entry, nameField);
  const prices = ownValue(entry, pricesField);
  if (typeof name !== 'string' || !isJsonObject(prices)) return undefined;
  const input = priceIn(ownValue(prices, inputField));
  const output = priceIn(ownValue(prices, outputField));
  return input === undefined || output === undefined ? undefined : [name, input, output];
}

/** Below zero stands for prices that depend on the request. */
function priceIn(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  const price = isText ? Number(value) : typeof value === 'number' ? value : Number.NaN;
  return Number.isFinite(price) && price >= 0 ? price : undefined;
}

/** Without what multiplication adds to a decimal. */
function perMillion(price: number): number {
  return Number((price * 1e6).toPrecision(12));
}

async function entriesOf(
  url: string,
  key: string | undefined,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<JsonObject[]> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const body: unknown = response.ok ? await response.json() : undefined;
    // Together's list has nothing around it.
    const data = isJsonObject(body) ? ownValue(body, 'data') : body;
    return Array.isArray(data) ? data.filter(isJsonObject) : [];
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}
