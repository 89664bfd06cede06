import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Matrix } from '@embedllm/core';
import { type EvaluationFolder, readEvaluationFolder } from '@embedllm/dataset-builder';
import type { LabelledSet } from '../src/index.js';

/** The ZeroEval folder; tests that need it skip where it is absent. */
export const ZEROEVAL: string =
  process.env.EMBEDLLM_ZEROEVAL ?? resolve(import.meta.dirname, '../../../../shared/data/zeroeval');

export const hasZeroEval: boolean = existsSync(ZEROEVAL);

/** The data and its fixed split, on the embeddings that come with it or on others. */
export async function readZeroEval(): Promise<{
  folder: EvaluationFolder;
  parts: (embeddings?: Matrix) => Record<'train' | 'validation' | 'test', LabelledSet>;
}> {
  const folder = await readEvaluationFolder(ZEROEVAL);
  const { split, embeddings: fixed, correctness } = folder;
  if (!split || !fixed) throw new Error('ZeroEval comes with a split and embeddings.');
  return {
    folder,
    parts: (embeddings = fixed) => {
      const part = (indices: readonly number[]): LabelledSet => ({
        embeddings: embeddings.selectRows(indices),
        correctness: correctness.selectQuestions(indices),
      });
      return {
        train: part(split.train),
        validation: part(split.validation),
        test: part(split.test),
      };
    },
  };
}
