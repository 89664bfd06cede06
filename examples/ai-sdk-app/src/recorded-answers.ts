import type { SimulatedPool } from '@embedllm/simulated-pool';
import type { LocalAnswer } from './local-provider.js';

/** What the simulated models are on record to have answered. */
export class RecordedAnswers {
  readonly #pool: SimulatedPool;
  readonly #positions: ReadonlyMap<string, number>;

  constructor(pool: SimulatedPool) {
    this.#pool = pool;
    this.#positions = new Map(pool.dataset.questions.map(({ prompt }, index) => [prompt, index]));
  }

  /** The right answer where the record says so; its length is billed at 4 characters a token. */
  find(modelName: string, prompt: string): LocalAnswer {
    const { dataset, truth, outputCharacters } = this.#pool;
    const question = this.#positions.get(prompt);
    const model = dataset.correctness.models.indexOf(modelName);
    if (question === undefined || model < 0) {
      return { text: `${modelName} has no record of this.`, outputTokens: 8 };
    }
    const isRight = dataset.correctness.get(question, model) === 1;
    return {
      text: isRight ? `Answer: ${truth.answers[question]}` : 'I cannot tell.',
      outputTokens: Math.ceil(outputCharacters.at(question, model) / 4),
    };
  }

  /** Marks an answer. */
  isRight(question: number, text: string): boolean {
    return text === `Answer: ${this.#pool.truth.answers[question]}`;
  }
}
