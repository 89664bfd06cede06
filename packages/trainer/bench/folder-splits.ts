import { resolve } from 'node:path';
import { applySplit, type CorrectnessMatrix, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { fitLsaEncoder } from '@embedllm/question-encoder';
import type { CategorizedSet } from '../src/index.js';

/** A folder of evaluation data, some categories perhaps left out. */
export interface FolderData {
  readonly texts: readonly string[];
  readonly categories: readonly string[];
  readonly correctness: CorrectnessMatrix;
}

/** One random split, with vectors of lsa that was fitted on the texts of its training part. */
export interface FolderSplit {
  readonly train: CategorizedSet;
  readonly validation: CategorizedSet;
  readonly test: CategorizedSet;
}

/** Reads a folder (default: ZeroEval of the shared data) without some categories. */
export async function readFolder(
  folder: string = resolve(import.meta.dirname, '../../../../shared/data/zeroeval'),
  without: readonly string[] = [],
): Promise<FolderData> {
  const { questions, correctness } = await readEvaluationFolder(folder);
  const kept = [...questions.keys()].filter(
    (index) => !without.includes(questions[index]?.category ?? ''),
  );
  return {
    texts: kept.map((index) => questions[index]?.prompt ?? ''),
    categories: kept.map((index) => questions[index]?.category ?? ''),
    correctness: correctness.selectQuestions(kept),
  };
}

/** 80/10/10 by this seed, stratified by category. */
export async function splitFolder(data: FolderData, seed: number): Promise<FolderSplit> {
  const { texts, categories, correctness } = data;
  const split = splitQuestions(categories, { seed });
  const encoder = await fitLsaEncoder({ texts: split.train.map((index) => texts[index] ?? '') });
  const embeddings = await encoder.encode([...texts]);
  return applySplit({ embeddings, categories, correctness }, split);
}
