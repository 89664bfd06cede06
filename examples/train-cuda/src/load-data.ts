import {
  type EncoderRecord,
  type EvaluationDataset,
  type Matrix,
  type QuestionSplit,
  splitQuestions,
} from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readSample, SAMPLE_NAME } from '@embedllm/example-data';
import { encoderRecord, fitLsaEncoder } from '@embedllm/question-encoder';

/** What is trained on. */
export interface TrainingData extends EvaluationDataset {
  readonly name: string;
  readonly split: QuestionSplit;
  /** [Q, D] */
  readonly embeddings: Matrix;
  /** What made the embeddings, for the artifact. */
  readonly encoder: EncoderRecord;
}

/** A folder of evaluation data, such as the files of RZ412/EmbedLLM; else the sample in `examples/data`. */
export async function loadData(folder: string | undefined): Promise<TrainingData> {
  if (folder === undefined) {
    return complete(SAMPLE_NAME, await readSample());
  }
  return complete(folder, await readEvaluationFolder(folder));
}

/** Splits by question and encodes by LSA where the data come without. */
async function complete(
  name: string,
  data: EvaluationDataset & {
    readonly split?: QuestionSplit | undefined;
    readonly embeddings?: Matrix | undefined;
  },
): Promise<TrainingData> {
  const { questions, models, correctness, embeddings } = data;
  const categories = questions.map(({ category }) => category);
  const split = data.split ?? splitQuestions(categories, { seed: 0 });
  const known = { name, questions, models, correctness, split };
  if (embeddings) {
    // Made elsewhere: whoever routes with the artifact passes embeddings of the same kind.
    const encoder = { id: 'precomputed', fingerprint: 'precomputed', dimensions: embeddings.cols };
    return { ...known, embeddings, encoder };
  }
  const prompts = questions.map(({ prompt }) => prompt);
  const texts = split.train.map((index) => prompts[index] as string);
  const encoder = await fitLsaEncoder({ texts, dimensions: 128 });
  return { ...known, embeddings: await encoder.encode(prompts), encoder: encoderRecord(encoder) };
}
