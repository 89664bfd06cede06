import type { Sample } from '@embedllm/example-data';
import type { LocalAnswer } from './local-provider.js';

/** What every answer is billed for: the sample does not say how long answers were. */
export const ANSWER_TOKENS = 200;

const RIGHT = 'The option that is right.';
const WRONG = 'An option that is wrong.';

/** What the models of the sample are on record to have answered. */
export class RecordedAnswers {
  readonly #sample: Sample;
  readonly #positions: ReadonlyMap<string, number>;

  constructor(sample: Sample) {
    this.#sample = sample;
    this.#positions = new Map(sample.questions.map(({ prompt }, index) => [prompt, index]));
  }

  /** Whether the answer on record is right, in words; the sample keeps no more of it. */
  find(modelName: string, prompt: string): LocalAnswer {
    const { correctness } = this.#sample;
    const question = this.#positions.get(prompt);
    const model = correctness.models.indexOf(modelName);
    const label = question === undefined ? undefined : correctness.get(question, model);
    if (label === undefined) {
      return { text: `${modelName} has no record of this.`, outputTokens: 8 };
    }
    return { text: label === 1 ? RIGHT : WRONG, outputTokens: ANSWER_TOKENS };
  }

  /** Marks an answer. */
  isRight(text: string): boolean {
    return text === RIGHT;
  }
}
