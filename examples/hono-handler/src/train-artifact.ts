// Stands in for an artifact that was trained before and lies on a static host.
import { applySplit, encodeArtifact, splitQuestions } from '@embedllm/core';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';
import { simulatePool } from '@embedllm/simulated-pool';
import { trainDirect } from '@embedllm/trainer';

/** Trains on a simulated pool of 24 models and 1,500 questions; returns the artifact's files. */
export async function trainArtifact(seed: number): Promise<Map<string, Uint8Array>> {
  const { dataset, outputCharacters } = simulatePool({ seed, questionsPerBenchmark: 150 });
  const prompts = dataset.questions.map(({ prompt }) => prompt);
  const split = splitQuestions(
    dataset.questions.map(({ category }) => category),
    { seed },
  );
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
    seed,
  });
  const embeddings = await encoder.encode(prompts);
  const { correctness } = dataset;
  const { train, validation } = applySplit({ embeddings, correctness }, split);
  const training = await trainDirect({ train, validation });
  return encodeArtifact({
    model: training.model,
    // A cost ceiling needs prices, which the pool has, and usual answer lengths.
    models: dataset.models.map((info, model) => {
      const characters = split.train.reduce((sum, i) => sum + outputCharacters.at(i, model), 0);
      return { ...info, meanOutputTokens: characters / split.train.length / 4 };
    }),
    encoder: encoderRecord(encoder),
    training: training.record,
    metrics: {},
  });
}
