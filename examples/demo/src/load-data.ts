import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type EvaluationDataset,
  type Matrix,
  type QuestionSplit,
  splitQuestions,
} from '@embedllm/core';
import { type ImportReport, readEvaluationFolder } from '@embedllm/dataset-builder';
import { simulatePool, toCsv } from '@embedllm/simulated-pool';
import type { DemoArguments } from './arguments.js';

/** The evaluation records that the demo works on. */
export interface DemoData {
  /** For headings: `simulated pool, seed 0`. */
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

/**
 * Reads the folder of the command line; without one, simulates a pool, writes its CSV files and
 * reads these back, so that both ways lead through the same files.
 */
export async function loadData({ data, output, seed }: DemoArguments): Promise<DemoData> {
  const folder = data ?? (await writeSimulatedPool(join(output, 'data'), seed));
  const { questions, models, correctness, split, embeddings, report } =
    await readEvaluationFolder(folder);
  const categories = questions.map((question) => question.category);
  return {
    name: data === undefined ? `a simulated pool, seed ${seed}` : basename(data),
    dataset: { questions, models, correctness },
    split: split ?? splitQuestions(categories, { seed }),
    splitName: split ? 'split that comes with the data' : `80/10/10 split, seed ${seed}`,
    fixedEmbeddings: embeddings,
    report,
  };
}

async function writeSimulatedPool(folder: string, seed: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of toCsv(simulatePool({ seed }))) {
    await writeFile(join(folder, name), text);
  }
  return folder;
}
