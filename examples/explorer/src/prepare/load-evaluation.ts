import { basename } from 'node:path';
import { type EvaluationDataset, type QuestionSplit, splitQuestions } from '@embedllm/core';
import { readEvaluationFolder } from '@embedllm/dataset-builder';
import { type SimulatePoolOptions, simulatePool } from '@embedllm/simulated-pool';

/** Recorded answers, split by question. */
export interface Evaluation {
  readonly name: string;
  readonly simulated: boolean;
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
    simulated: false,
    dataset: { questions, models, correctness },
    split: split ?? randomSplit({ questions }, seed),
    splitName: split ? 'the split that comes with the data' : randomSplitName(seed),
  };
}

/** A simulated pool, whose models get the usual length of their answers as metadata. */
export function simulateEvaluation(options: SimulatePoolOptions & { seed: number }): Evaluation {
  const { dataset, outputCharacters } = simulatePool(options);
  const { questions, correctness } = dataset;
  const models = dataset.models.map((model, index) => {
    let characters = 0;
    for (let q = 0; q < questions.length; q++) characters += outputCharacters.at(q, index);
    // As readEvaluationFolder notes it.
    const meanOutputChars = characters / questions.length;
    return { ...model, metadata: { ...model.metadata, meanOutputChars } };
  });
  return {
    name: `a simulated pool, seed ${options.seed}`,
    simulated: true,
    dataset: { questions, models, correctness },
    split: randomSplit({ questions }, options.seed),
    splitName: randomSplitName(options.seed),
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
