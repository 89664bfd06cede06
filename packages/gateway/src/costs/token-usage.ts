import { isObject } from '../http/json-object.js';

/** Tokens of a call. */
export interface TokenUsage {
  /** Tokens read, cached ones included. */
  readonly input: number;
  /** Those of them that the upstream had cached. */
  readonly cachedInput: number;
  /** Those of them that it wrote into a cache. */
  readonly cacheWrite: number;
  /** Those written ones that the cache keeps for an hour. */
  readonly cacheWriteHour: number;
  /** Tokens written, reasoning included. */
  readonly output: number;
  /** Those of them that were reasoning. */
  readonly reasoning: number;
}

/** What costs nothing. */
export const NO_TOKENS: TokenUsage = {
  input: 0,
  cachedInput: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
  output: 0,
  reasoning: 0,
};

/** The part of it that was read. */
export type InputUsage = Pick<
  TokenUsage,
  'input' | 'cachedInput' | 'cacheWrite' | 'cacheWriteHour'
>;

/** What a call came to. */
export interface CallSpending extends TokenUsage {
  /** Nanodollars; 0 where the price is not known. */
  readonly cost: number;
}

/**
 * Reads the `usage` of an answer: `prompt_tokens`, `completion_tokens`,
 * `prompt_tokens_details.cached_tokens` (or `prompt_cache_hit_tokens`),
 * `prompt_tokens_details.cache_write_tokens` (or `cache_creation_input_tokens`) and
 * `completion_tokens_details.reasoning_tokens`. Upstreams that leave reasoning out of
 * `completion_tokens` show it by their `total_tokens`.
 *
 * @returns `undefined` where it holds no numbers of tokens.
 */
export function readUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  const input = tokens(value.prompt_tokens);
  // Embeddings write nothing, and say so by leaving it out.
  const isAllInput = value.completion_tokens === undefined && value.total_tokens === input;
  const completion = isAllInput ? 0 : tokens(value.completion_tokens);
  if (input === undefined || completion === undefined) return undefined;
  const read = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {};
  const wrote = isObject(value.completion_tokens_details) ? value.completion_tokens_details : {};
  const cached = tokens(read.cached_tokens) ?? tokens(value.prompt_cache_hit_tokens) ?? 0;
  const cacheWrite =
    tokens(read.cache_write_tokens) ?? tokens(value.cache_creation_input_tokens) ?? 0;
  const reasoning = tokens(wrote.reasoning_tokens) ?? 0;
  const isApart = tokens(value.total_tokens) === input + completion + reasoning;
  const output = isApart ? completion + reasoning : completion;
  const cachedInput = Math.min(cached, input);
  return {
    input,
    cachedInput,
    ...written(Math.min(cacheWrite, input - cachedInput), value),
    output,
    reasoning: Math.min(reasoning, output),
  };
}

/**
 * Reads the `usage` of Anthropic's Messages, whose `input_tokens` leave out what was read from a cache
 * (`cache_read_input_tokens`) or written to one (`cache_creation_input_tokens`, of which
 * `cache_creation.ephemeral_1h_input_tokens` are kept for an hour).
 *
 * @returns `undefined` where it holds no numbers of tokens.
 */
export function readMessagesUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  const uncached = tokens(value.input_tokens);
  const output = tokens(value.output_tokens);
  if (uncached === undefined || output === undefined) return undefined;
  const cachedInput = tokens(value.cache_read_input_tokens) ?? 0;
  const cacheWrite = tokens(value.cache_creation_input_tokens) ?? 0;
  const input = uncached + cachedInput + cacheWrite;
  return { input, cachedInput, ...written(cacheWrite, value), output, reasoning: 0 };
}

/**
 * Reads the `usage` of OpenAI's Responses.
 *
 * @returns `undefined` where it holds no numbers of tokens.
 */
export function readResponsesUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  return readUsage({
    prompt_tokens: value.input_tokens,
    completion_tokens: value.output_tokens,
    total_tokens: value.total_tokens,
    prompt_tokens_details: value.input_tokens_details,
    completion_tokens_details: value.output_tokens_details,
  });
}

/** The last `usage` in a text that may begin anywhere within an answer. */
export function findUsage(
  text: string,
  read: (usage: unknown) => TokenUsage | undefined = readUsage,
): TokenUsage | undefined {
  const at = text.lastIndexOf('"usage"');
  const start = at < 0 ? -1 : text.indexOf('{', at);
  if (start < 0) return undefined;
  // Its details are objects of one level.
  for (let end = text.indexOf('}', start); end >= 0; end = text.indexOf('}', end + 1)) {
    const value = parse(text.slice(start, end + 1));
    if (value !== undefined) return read(value);
  }
  return undefined;
}

/** What a cache took in, and how much of that it keeps for an hour. */
function written(
  cacheWrite: number,
  { cache_creation: kinds }: Readonly<Record<string, unknown>>,
): Pick<TokenUsage, 'cacheWrite' | 'cacheWriteHour'> {
  const hour = (isObject(kinds) && tokens(kinds.ephemeral_1h_input_tokens)) || 0;
  return { cacheWrite, cacheWriteHour: Math.min(hour, cacheWrite) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
