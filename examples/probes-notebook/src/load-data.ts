import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelInfo } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readSample, SAMPLE_NAME } from '@embedllm/example-data';
import type { ProbeData } from '@embedllm/probes';
import { fitLsaEncoder } from '@embedllm/question-encoder';

/** What probes work on, and what is known about the models. */
export interface NotebookData extends ProbeData {
  /** What the data are, for the page. */
  readonly name: string;
  /** In the order of `correctness.models`. */
  readonly models: readonly ModelInfo[];
}

/** ZeroEval where it is present, else the sample in `examples/data`. */
export async function loadData(): Promise<NotebookData> {
  const folder =
    process.env.EMBEDLLM_ZEROEVAL ??
    fileURLToPath(new URL('../../../../shared/data/zeroeval', import.meta.url));
  if (existsSync(folder)) {
    const { questions, models, correctness, split, embeddings } =
      await readEvaluationFolder(folder);
    if (!split || !embeddings) throw new Error(`${folder} has no splits.csv or embeddings.npy.`);
    const categories = questions.map(({ category }) => category);
    const name = `ZeroEval: ${models.length} models, ${questions.length} questions, its fixed split`;
    return { name, models, correctness, categories, split, embeddings };
  }
  const { questions, models, correctness, split } = await readSample();
  const categories = questions.map(({ category }) => category);
  const prompts = questions.map(({ prompt }) => prompt);
  const encoder = await fitLsaEncoder({
    texts: split.train.map((index) => prompts[index] as string),
    dimensions: 128,
  });
  const name = `${SAMPLE_NAME}: ${models.length} models, ${questions.length} questions, its fixed split`;
  return {
    name,
    models,
    correctness,
    categories,
    split,
    embeddings: await encoder.encode(prompts),
  };
}
