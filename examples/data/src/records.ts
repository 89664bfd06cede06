import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Matrix, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { SAMPLE_FOLDER, SAMPLE_NAME, type Sample } from './sample.js';

/** Evaluation records with a split by question. */
export interface EvaluationRecords extends Sample {
  /** What the data are, for the output. */
  readonly name: string;
  /** Embeddings that come with the data, `[Q, D]`. */
  readonly embeddings: Matrix | undefined;
}

/**
 * Reads a folder, split with seed 0 where it has no split; without a folder, ZeroEval where it is
 * present (`EMBEDLLM_ZEROEVAL`), otherwise the sample.
 */
export async function readRecords(folder?: string): Promise<EvaluationRecords> {
  const zeroEval =
    process.env.EMBEDLLM_ZEROEVAL ??
    fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
  const found = folder ?? (existsSync(zeroEval) ? zeroEval : SAMPLE_FOLDER);
  const { questions, models, correctness, split, embeddings } = await readEvaluationFolder(found);
  const categories = questions.map(({ category }) => category);
  return {
    name: found === SAMPLE_FOLDER ? SAMPLE_NAME : (folder ?? 'ZeroEval'),
    questions,
    models,
    correctness,
    split: split ?? splitQuestions(categories, { seed: 0 }),
    embeddings,
  };
}
