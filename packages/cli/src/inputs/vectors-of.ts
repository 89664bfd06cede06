import { EmbedLLMError, type EncoderRecord, type Matrix } from '@embedllm/core';
import type { QuestionEmbeddings } from './embeddings-file.js';

/**
 * The vectors that an artifact's model takes, of a file of vectors of its encoder; where that infers
 * categories, the file may be of the encoder inside, as `embedllm encode` writes it.
 *
 * @param file - For messages.
 * @throws EmbedLLMError `encoder-mismatch` on vectors of another encoder.
 */
export async function vectorsOf(
  artifact: EncoderRecord,
  { embeddings, encoder }: QuestionEmbeddings,
  file: string,
): Promise<Matrix> {
  if (encoder.fingerprint === artifact.fingerprint) return embeddings;
  if (artifact.id.startsWith('categories:')) {
    const { readCategoryRecord } = await import('@embedllm/question-encoder');
    const parts = readCategoryRecord(artifact);
    if (parts?.inner.fingerprint === encoder.fingerprint)
      return parts.indicators.append(embeddings);
  }
  throw new EmbedLLMError(
    `${file} has vectors of ${encoder.id}, but the artifact was trained on vectors of ${artifact.id} with different settings.`,
    { code: 'encoder-mismatch' },
  );
}
