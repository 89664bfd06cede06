import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EvaluationDataset, QuestionSplit } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readSample, SAMPLE_NAME } from '@embedllm/example-data';

/** Evaluation records with a split by question. */
export interface ExampleData extends EvaluationDataset {
  /** What the data are, for the output. */
  readonly name: string;
  readonly split: QuestionSplit;
  /** A model to play the newcomer: one that was asked every question. */
  readonly newcomer: string;
}

/** ZeroEval where it is present, else the sample in `examples/data`. */
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
  const sample = await readSample();
  const name = `${SAMPLE_NAME}: ${sample.models.length} models, ${sample.questions.length} questions, its fixed split`;
  return { ...sample, name, newcomer: 'Meta-Llama-3.1-70B-Instruct' };
}
