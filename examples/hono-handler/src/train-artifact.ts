// Stands in for an artifact that was trained before and lies on a static host.
import { applySplit, encodeArtifact } from '@embedllm/core';
import { readSample, withAnswersOf } from '@embedllm/example-data';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';
import { trainDirect } from '@embedllm/trainer';

/** Trains on the sample in `examples/data`; returns the artifact's files. */
export async function trainArtifact(seed: number): Promise<Map<string, Uint8Array>> {
  const { questions, models, correctness, split } = await readSample();
  const prompts = questions.map(({ prompt }) => prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
    seed,
  });
  const embeddings = await encoder.encode(prompts);
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
