import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EvaluationDataset, type QuestionSplit, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { simulatePool } from '@embedllm/simulated-pool';

/** Evaluation records with a split by question. */
export interface ExampleData extends EvaluationDataset {
  /** What the data are, for the output. */
  readonly name: string;
  readonly split: QuestionSplit;
  /** A model to play the newcomer: one that was asked every question. */
  readonly newcomer: string;
}

/** ZeroEval where it is present, else a simulated pool. */
export async function loadData(): Promise<ExampleData> {
  const folder =
    process.env.EMBEDLLM_ZEROEVAL ??
    fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
  if (existsSync(folder)) {
    const { questions, models, correctness, split } = await readEvaluationFolder(folder);
    if (!split) throw new Error(`${folder} has no splits.csv.`);
    const name = `ZeroEval: ${models.length} models, ${questions.length} questions, its fixed split`;
    return { name, questions, models, correctness, split, newcomer: 'gpt-4o-2024-08-06' };
  }
  const { dataset } = simulatePool({ seed: 0, missingRate: 0 });
  const split = splitQuestions(
    dataset.questions.map(({ category }) => category),
    { seed: 0 },
  );
  const name = `a simulated pool (seed 0): ${dataset.models.length} models, ${dataset.questions.length} questions, 80/10/10 split`;
  return { ...dataset, name, split, newcomer: 'hazel-70b' };
}
