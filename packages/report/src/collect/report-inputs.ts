import { assertFinite, EmbedLLMError, type Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { Router } from '@embedllm/router';
import type { CollectReportOptions } from './collect-options.js';

/**
 * Checks what a report is made from before any of it is computed.
 *
 * @throws EmbedLLMError as `collectReport` says.
 */
export function assertReportable(options: CollectReportOptions): void {
  const { dataset, artifact, embeddings, encoder, split } = options;
  const { correctness, questions, models } = dataset;
  if (
    correctness.questionCount !== questions.length ||
    correctness.modelCount !== models.length ||
    correctness.models.some((name, index) => name !== models[index]?.name)
  ) {
    throw new EmbedLLMError(
      `The labels cover ${correctness.questionCount} questions and ${correctness.modelCount} models, but must cover the ${questions.length} questions and ${models.length} models of the data, in the same order.`,
      { code: 'shape-mismatch' },
    );
  }
  if (embeddings && embeddings.rows !== questions.length) {
    throw new EmbedLLMError(
      `There are ${embeddings.rows} embeddings for ${questions.length} questions.`,
      { code: 'shape-mismatch' },
    );
  }
  const dimensions = embeddings?.cols ?? encoder?.dimensions;
  const needed = artifact?.model.questionDimensions;
  if (dimensions !== undefined && needed !== undefined && dimensions !== needed) {
    throw new EmbedLLMError(
      `The question embeddings have ${dimensions} dimensions, but the artifact needs ${needed}.`,
      { code: 'shape-mismatch' },
    );
  }
  // Refuses an encoder that is not the artifact's before it encodes anything.
  if (artifact && encoder) Router.fromArtifact(artifact, { encoder });
  if (embeddings) assertFinite(embeddings, 'question embeddings');
  checkInteger('drawnExamples', options.drawnExamples, { min: 0, max: 0xffffffff, optional: true });
  checkInteger('heldOutBenchmarks', options.heldOutBenchmarks, {
    min: 0,
    max: 0xffffffff,
    optional: true,
  });
  checkInteger('seed', options.seed, { min: 0, max: 0xffffffff, optional: true });
  const seen = new Set<number>();
  for (const index of split ? [...split.train, ...split.validation, ...split.test] : []) {
    if (!Number.isInteger(index) || index < 0 || index >= questions.length || seen.has(index)) {
      throw new EmbedLLMError(
        `The split has the question ${index}${seen.has(index) ? ' twice' : `, but there are only ${questions.length} questions`}.`,
        { code: 'invalid-argument' },
      );
    }
    seen.add(index);
  }
}

/** Embeddings of all questions: those given, or what the encoder makes of the prompts. */
export async function reportEmbeddings({
  dataset,
  embeddings,
  encoder,
  signal,
  onProgress,
}: CollectReportOptions): Promise<Matrix | undefined> {
  if (embeddings || !encoder) return embeddings;
  const encoded = await encoder.encode(
    dataset.questions.map(({ prompt }) => prompt),
    { signal, onProgress },
  );
  assertFinite(encoded, 'question embeddings');
  return encoded;
}
