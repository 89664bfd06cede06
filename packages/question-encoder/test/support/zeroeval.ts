import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type CorrectnessMatrix,
  correctnessFromRecords,
  type Matrix,
  readNpy,
} from '@embedllm/core';
import { parse } from 'csv-parse/sync';

const folder =
  process.env.EMBEDLLM_ZEROEVAL ??
  fileURLToPath(new URL('../../../../../shared/data/zeroeval', import.meta.url));

export const hasZeroEval: boolean = existsSync(join(folder, 'questions.csv'));

export type Part = 'train' | 'validation' | 'test';

/** The ZeroEval data: 2,840 questions and 55 models, with a fixed split. */
export interface ZeroEval {
  readonly prompts: readonly string[];
  readonly correctness: CorrectnessMatrix;
  /** Question indices of each part. */
  readonly split: Readonly<Record<Part, readonly number[]>>;
  /** TF-IDF and truncated SVD fitted by another implementation, [2840, 256]. */
  readonly embeddings: Matrix;
  /** Test figures of the k-NN baseline with k = 131 on `embeddings`. */
  readonly reference: { readonly accuracy: number; readonly auroc: number };
}

export function readZeroEval(): ZeroEval {
  const questions = readCsv('questions.csv');
  const ids = questions.map((row) => field(row, 'prompt_id'));
  const positions = new Map(ids.map((id, index) => [id, index]));
  const split: Record<Part, number[]> = { train: [], validation: [], test: [] };
  for (const row of readCsv('splits.csv')) {
    const name = field(row, 'split');
    const part = name === 'val' ? 'validation' : (name as Part);
    split[part].push(positions.get(field(row, 'prompt_id')) ?? -1);
  }
  const records = readCsv('responses.csv.gz').map((row) => ({
    question: field(row, 'prompt_id'),
    model: field(row, 'model_name'),
    label: Number(field(row, 'label')),
  }));
  const { correctness } = correctnessFromRecords(records, { questions: ids });
  return {
    prompts: questions.map((row) => field(row, 'prompt')),
    correctness,
    split,
    embeddings: readNpy(readFileSync(join(folder, 'embeddings.npy'))),
    reference: JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')).knn_131,
  };
}

function readCsv(name: string): Record<string, string>[] {
  const bytes = readFileSync(join(folder, name));
  return parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true });
}

function field(row: Record<string, string>, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}
