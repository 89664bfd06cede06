import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CorrectnessMatrix, type Matrix, type Question, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readSample, SAMPLE_NAME } from '@embedllm/example-data';
import type { ProbeData } from '@embedllm/probes';
import { fitLsaEncoder } from '@embedllm/question-encoder';

/** Labels, question embeddings and a split. */
export interface PaperData extends ProbeData {
  /** What the data are, for the output. */
  readonly name: string;
}

/** The folder given; without one ZeroEval where it is present, else the sample in `examples/data`. */
export async function loadData(folder: string | undefined): Promise<PaperData> {
  const zeroEval =
    process.env.EMBEDLLM_ZEROEVAL ??
    fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
  const found = folder ?? (existsSync(zeroEval) ? zeroEval : undefined);
  if (found === undefined) {
    return withEmbeddings(SAMPLE_NAME, await readSample());
  }
  const data = await readEvaluationFolder(found);
  return withEmbeddings(folder ?? 'ZeroEval', data);
}

/** What is missing: a split by question (seed 0), and LSA embeddings fitted on its training part. */
async function withEmbeddings(
  name: string,
  data: {
    readonly questions: readonly Question[];
    readonly correctness: CorrectnessMatrix;
    readonly split?: ProbeData['split'] | undefined;
    readonly embeddings?: Matrix | undefined;
  },
): Promise<PaperData> {
  const { questions, correctness } = data;
  const categories = questions.map(({ category }) => category);
  const split = data.split ?? splitQuestions(categories, { seed: 0 });
  const prompts = questions.map(({ prompt }) => prompt);
  const embeddings = data.embeddings ?? (await encode(prompts, split.train));
  return {
    name: `${name}: ${correctness.modelCount} models, ${questions.length} questions of ${new Set(categories).size} benchmarks, ${embeddings.cols} dimensions`,
    correctness,
    categories,
    split,
    embeddings,
  };
}

async function encode(prompts: readonly string[], train: readonly number[]): Promise<Matrix> {
  const texts = train.map((index) => prompts[index] as string);
  return (await fitLsaEncoder({ texts, dimensions: 128 })).encode(prompts);
}
