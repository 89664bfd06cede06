// Stands in for an artifact that was trained before and lies on a static host.
import { applySplit, encodeArtifact } from '@embedllm/core';
import { encodeByLsa, readSample, withAnswersOf } from '@embedllm/example-data';
import { encoderRecord } from '@embedllm/question-encoder';
import { trainDirect } from '@embedllm/trainer';

/** Trains on the sample in `examples/data`; returns the artifact's files. */
export async function trainArtifact(): Promise<Map<string, Uint8Array>> {
  const { questions, models, correctness, split } = await readSample();
  const { encoder, embeddings } = await encodeByLsa({ questions, split });
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const training = await trainDirect({ train, validation });
  return encodeArtifact({
    model: training.model,
    // A cost ceiling needs prices, which the sample has, and usual lengths of answers.
    models: withAnswersOf(200, models),
    encoder: encoderRecord(encoder),
    training: training.record,
    metrics: {},
  });
}
