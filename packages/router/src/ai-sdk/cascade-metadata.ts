import type { CallUsage } from './language-model.js';

/** A call that a cascade or a vote made. */
export type CascadeCall = {
  /** The model's name among `models`. */
  model: string;
  /** The message of its error, or why it was stopped; absent where it answered. */
  error?: string;
  /** Tokens, where the provider counted them. */
  inputTokens?: number;
  outputTokens?: number;
};

/** What a result's `providerMetadata.embedllm.cascade` holds; plain JSON. */
export type CascadeMetadata = {
  /** The model that answered. */
  model: string;
  /** Whether enough of the models that were asked first said the same. */
  agreed: boolean;
  /** The most of them that said the same. */
  votes: number;
  /** All calls, in the order in which they began. */
  calls: CascadeCall[];
};

/**
 * How a cascade or a vote came to its answer, with its type.
 *
 * @returns `undefined` where another model answered.
 *
 * @example
 * ```ts
 * const { providerMetadata } = await generateText({ model: auto, prompt });
 * console.log(readCascadeMetadata(providerMetadata)?.calls.length);
 * ```
 */
export function readCascadeMetadata(
  providerMetadata: Readonly<Record<string, unknown>> | undefined,
): CascadeMetadata | undefined {
  const entry = member(member(providerMetadata, 'embedllm'), 'cascade');
  return isMetadata(entry) ? entry : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isMetadata(entry: unknown): entry is CascadeMetadata {
  return typeof member(entry, 'agreed') === 'boolean' && Array.isArray(member(entry, 'calls'));
}

/** A result, or the end of a stream, with the usage of all calls and how it came about. */
export function withCascade<T extends object>(
  value: T,
  usages: readonly CallUsage[],
  cascade: CascadeMetadata,
): T {
  const previous = member(value, 'providerMetadata');
  const own = member(previous, 'embedllm');
  const embedllm = { ...(typeof own === 'object' ? own : {}), cascade };
  const usage = usages.length > 0 ? { usage: sumOf(usages) } : {};
  return {
    ...value,
    ...usage,
    providerMetadata: { ...(typeof previous === 'object' ? previous : {}), embedllm },
  };
}

/** Tokens of all calls; a kind that no provider counted stays unknown. */
function sumOf(usages: readonly CallUsage[]): CallUsage {
  const total = (of: (usage: CallUsage) => number | undefined): number | undefined =>
    usages.map(of).reduce((sum, one) => (one === undefined ? sum : (sum ?? 0) + one), undefined);
  return {
    inputTokens: {
      total: total(({ inputTokens }) => inputTokens.total),
      noCache: total(({ inputTokens }) => inputTokens.noCache),
      cacheRead: total(({ inputTokens }) => inputTokens.cacheRead),
      cacheWrite: total(({ inputTokens }) => inputTokens.cacheWrite),
    },
    outputTokens: {
      total: total(({ outputTokens }) => outputTokens.total),
      text: total(({ outputTokens }) => outputTokens.text),
      reasoning: total(({ outputTokens }) => outputTokens.reasoning),
    },
  };
}
