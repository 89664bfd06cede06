import { basename } from 'node:path';
import {
  type EvaluationDataset,
  type Matrix,
  type QuestionSplit,
  splitQuestions,
} from '@embedllm/core';
import { type ImportReport, readEvaluationFolder } from '@embedllm/dataset-builder';
import { SAMPLE_FOLDER, SAMPLE_NAME } from '@embedllm/example-data';
import type { DemoArguments } from './arguments.js';

/** The evaluation records that the demo works on. */
export interface DemoData {
  /** For headings: `a sample of MMLU-Pro`. */
  readonly name: string;
  readonly dataset: EvaluationDataset;
  readonly split: QuestionSplit;
  /** For headings: where the split comes from. */
  readonly splitName: string;
  /** Embeddings that come with the data. */
  readonly fixedEmbeddings: Matrix | undefined;
  /** What the import found. */
  readonly report: ImportReport;
}

/** Reads the folder of the command line, or the sample that comes with the repository. */
export async function loadData({ data, seed }: DemoArguments): Promise<DemoData> {
  const { questions, models, correctness, split, embeddings, report } = await readEvaluationFolder(
    data ?? SAMPLE_FOLDER,
  );
  const categories = questions.map((question) => question.category);
  return {
    name: data === undefined ? SAMPLE_NAME : basename(data),
    dataset: { questions, models, correctness },
    split: split ?? splitQuestions(categories, { seed }),
    splitName: split ? 'split that comes with the data' : `80/10/10 split, seed ${seed}`,
    fixedEmbeddings: embeddings,
    report,
  };
}
