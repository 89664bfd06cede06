import { MISSING } from '@embedllm/core';
import type { ExampleQuestion } from '../explorer-data.js';
import type { Evaluation } from './load-evaluation.js';

/** Examples in all, so that the list stays short. */
const MOST_EXAMPLES = 12;
/** A prompt shorter than this says little to a reader. */
const LEAST_CHARACTERS = 20;

/** The shortest test questions of each benchmark, with what was recorded. */
export function exampleQuestions({ dataset, split }: Evaluation): ExampleQuestion[] {
  const { questions, correctness } = dataset;
  const benchmarks = [...new Set(split.test.map((index) => questions[index]?.category as string))];
  const each = Math.max(1, Math.floor(MOST_EXAMPLES / benchmarks.length));
  return benchmarks.flatMap((benchmark) =>
    split.test
      .filter((index) => questions[index]?.category === benchmark)
      .map((index) => ({ index, prompt: questions[index]?.prompt as string }))
      .filter(({ prompt }) => prompt.length >= LEAST_CHARACTERS)
      .sort((a, b) => a.prompt.length - b.prompt.length || a.index - b.index)
      .slice(0, each)
      .map(({ index, prompt }) => ({
        benchmark,
        prompt,
        labels: Array.from(correctness.row(index), (label) =>
          label === MISSING ? null : label === 1 ? 1 : 0,
        ),
      })),
  );
}
