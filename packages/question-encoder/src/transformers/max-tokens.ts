import { EmbedLLMError } from '@embedllm/core';
import type { TransformersRuntime } from './transformers-model.js';

/** Models that count positions from behind the number of the padding token. */
const POSITIONS_BEHIND_PADDING = ['roberta', 'mpnet', 'camembert', 'xmod', 'ibert', 'longformer'];

/**
 * The longest input: what the caller asks for, else the smallest of the limits that the model's
 * files name; null where none does.
 *
 * @throws EmbedLLMError `invalid-argument` when it is more than the model has positions.
 */
export function chooseMaxTokens(
  asked: number | undefined,
  configured: number | undefined,
  { tokenizer, model }: Pick<TransformersRuntime, 'tokenizer' | 'model'>,
): number | null {
  const positions = usablePositions(model.config);
  if (asked !== undefined && asked > positions) {
    throw new EmbedLLMError(
      `\`maxTokens\` is ${asked}, but the model reads at most ${positions} tokens.`,
      { code: 'invalid-argument' },
    );
  }
  const limits = [configured, tokenizer.model_max_length, positions].filter(
    (limit): limit is number =>
      typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0,
  );
  return asked ?? (limits.length > 0 ? Math.min(...limits) : null);
}

function usablePositions(config: object): number {
  const number = (name: string): number | undefined => {
    const value: unknown = new Map(Object.entries(config)).get(name);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : undefined;
  };
  const positions = number('max_position_embeddings');
  if (positions === undefined || positions === 0) return Number.POSITIVE_INFINITY;
  const type: unknown = 'model_type' in config ? config.model_type : undefined;
  const behindPadding =
    typeof type === 'string' && POSITIONS_BEHIND_PADDING.some((name) => type.includes(name));
  return behindPadding ? positions - (number('pad_token_id') ?? 1) - 1 : positions;
}
