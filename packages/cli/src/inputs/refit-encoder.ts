import type { EncoderRecord, QuestionEncoder } from '@embedllm/core';

/** Makes an encoder of the same settings from other texts. */
export type Refit = (
  texts: readonly string[],
  options?: { readonly powerIterations?: number | undefined },
) => Promise<QuestionEncoder>;

/**
 * Whether an encoder was fitted on texts, alone or joined with others, and its record has all that it
 * takes to refit it.
 */
export function isFitted({ id }: Pick<EncoderRecord, 'id'>): boolean {
  const parts = id
    .replace(/^categories:/, '')
    .replace(/^join:/, '')
    .split('+');
  return parts.includes('lsa') && parts.every((part) => /^(lsa|hashing|static:.*)$/.test(part));
}

/** How to refit the encoder of a record that `isFitted`; what it says of categories is left out. */
export async function refitEncoder(record: EncoderRecord): Promise<Refit> {
  const encoders = await import('@embedllm/question-encoder');
  const { fitLsaEncoder, joinEncoders, readCategoryRecord, restoreEncoder } = encoders;
  const { restoreJoinedEncoder, restoreLsaEncoder } = encoders;
  const inner = readCategoryRecord(record)?.inner;
  if (inner) return refitEncoder(inner);
  if (record.id === 'lsa') {
    const { settings } = await restoreLsaEncoder(record);
    return (texts, options) =>
      fitLsaEncoder({ ...settings, ...options, texts, dimensions: settings.requestedDimensions });
  }
  const refits: Refit[] = [];
  const { weights } = await restoreJoinedEncoder(record, async (part) => {
    const encoder = await restoreEncoder(part);
    refits.push(part.id === 'lsa' ? await refitEncoder(part) : async () => encoder);
    return encoder;
  });
  return async (texts, options) =>
    joinEncoders(await Promise.all(refits.map((refit) => refit(texts, options))), { weights });
}
