import type { EncoderRecord, Matrix } from '@embedllm/core';
import { encoderRecord, fitLsaEncoder, type LsaEncoder } from '@embedllm/question-encoder';
import type { EvaluationRecords } from './records.js';
import type { Sample } from './sample.js';

/** LSA with 128 dimensions, fitted on the training questions only, and the embeddings of all. */
export async function encodeByLsa({
  questions,
  split,
}: Pick<Sample, 'questions' | 'split'>): Promise<{
  readonly encoder: LsaEncoder;
  readonly embeddings: Matrix;
}> {
  const prompts = questions.map(({ prompt }) => prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
  });
  return { encoder, embeddings: await encoder.encode(prompts) };
}

/** The embeddings that come with the records, otherwise those of LSA; with what made them, for the artifact. */
export async function embeddingsOf(
  records: EvaluationRecords,
): Promise<{ readonly encoder: EncoderRecord; readonly embeddings: Matrix }> {
  const { embeddings } = records;
  if (!embeddings) {
    const fitted = await encodeByLsa(records);
    return { encoder: encoderRecord(fitted.encoder), embeddings: fitted.embeddings };
  }
  // Made elsewhere: whoever routes with the artifact passes embeddings of the same kind.
  const encoder = { id: 'precomputed', fingerprint: 'precomputed', dimensions: embeddings.cols };
  return { encoder, embeddings };
}
