import { basename } from 'node:path';
import { type EvaluationDataset, type QuestionSplit, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { readSample, SAMPLE_NAME, withAnswersOf } from '@embedllm/example-data';

/** Recorded answers, split by question. */
export interface Evaluation {
  readonly name: string;
  readonly dataset: EvaluationDataset;
  readonly split: QuestionSplit;
  /** Where the split comes from, in words. */
  readonly splitName: string;
}

/** Reads a folder, with the split that comes with it where there is one. */
export async function readEvaluation(folder: string, seed: number): Promise<Evaluation> {
  const { questions, models, correctness, split } = await readEvaluationFolder(folder);
  return {
    name: basename(folder),
    dataset: { questions, models, correctness },
    split: split ?? randomSplit({ questions }, seed),
    splitName: split ? 'the split that comes with the data' : randomSplitName(seed),
  };
}

/** The sample in `examples/data`, as if every answer had 200 tokens. */
export async function readSampleEvaluation(): Promise<Evaluation> {
  const { questions, models, correctness, split } = await readSample();
  return {
    name: SAMPLE_NAME,
    dataset: { questions, models: withAnswersOf(200, models), correctness },
    split,
    splitName: 'the split that comes with the data',
  };
}

function randomSplit(
  { questions }: Pick<EvaluationDataset, 'questions'>,
  seed: number,
): QuestionSplit {
  return splitQuestions(
    questions.map(({ category }) => category),
    { seed },
  );
}

function randomSplitName(seed: number): string {
  return `80/10/10, stratified by benchmark, seed ${seed}`;
}
