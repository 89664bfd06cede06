import { fileURLToPath } from 'node:url';
import type { EvaluationDataset, QuestionSplit } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';

/** The tables of the sample, as `embedllm build` and `readEvaluationFolder` take them. */
export const SAMPLE_FOLDER: string = fileURLToPath(new URL('../mmlu-pro', import.meta.url));

/** For headings. */
export const SAMPLE_NAME = 'a sample of MMLU-Pro';

/** Recorded answers of real models, and a fixed split by question. */
export interface Sample extends EvaluationDataset {
  readonly split: QuestionSplit;
}

/** 28 models, 2,800 questions of 14 subjects. */
export async function readSample(): Promise<Sample> {
  const { questions, models, correctness, split } = await readEvaluationFolder(SAMPLE_FOLDER);
  if (!split) throw new Error(`${SAMPLE_FOLDER} has no split.`);
  return { questions, models, correctness, split };
}

/**
 * The models with the costs of answers of one length. The source holds no lengths for most of them,
 * so costs in the examples compare prices, not how much models write.
 */
export function withAnswersOf<M extends object>(
  tokens: number,
  models: readonly M[],
): (M & { readonly meanOutputTokens: number })[] {
  return models.map((model) => ({ ...model, meanOutputTokens: tokens }));
}
