import { embeddingsOf, readRecords } from '@embedllm/example-data';
import type { ProbeData } from '@embedllm/probes';

/** Labels, question embeddings and a split. */
export interface PaperData extends ProbeData {
  /** What the data are, for the output. */
  readonly name: string;
}

/** The folder given; without one ZeroEval where it is present, else the sample in `examples/data`. */
export async function loadData(folder: string | undefined): Promise<PaperData> {
  const records = await readRecords(folder);
  const { questions, correctness, split } = records;
  const { embeddings } = await embeddingsOf(records);
  const categories = questions.map(({ category }) => category);
  return {
    name: `${records.name}: ${correctness.modelCount} models, ${questions.length} questions of ${new Set(categories).size} benchmarks, ${embeddings.cols} dimensions`,
    correctness,
    categories,
    split,
    embeddings,
  };
}
