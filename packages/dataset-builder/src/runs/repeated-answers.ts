import { advice, namedOption } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import type { OpenChoices } from './open-choices.js';

/**
 * What becomes of a question that was asked several times with different outcomes. `keep`: the first
 * answer counts; `replace`: the last; `mean`: the mean score, from the threshold on or as a graded
 * score; `majority`: what more than half of the answers are; `refuse`: it is an error.
 */
export type RepeatPolicy = 'refuse' | 'keep' | 'replace' | 'mean' | 'majority';

/** Options of `RepeatedAnswers`. */
export interface RepeatedAnswersOptions {
  readonly onConflict: 'mean' | 'majority';
  readonly threshold?: number | undefined;
  /** Keep means as they are. @default false */
  readonly graded?: boolean | undefined;
  readonly open: OpenChoices;
}

interface Answers {
  score: number;
  correct: number;
  count: number;
  readonly place: Place;
}

/** Counts the answers to each question within one run. */
export class RepeatedAnswers {
  readonly #options: RepeatedAnswersOptions;
  readonly #answers = new Map<number, Answers>();

  constructor(options: RepeatedAnswersOptions) {
    this.#options = options;
  }

  add(
    question: number,
    { score, correct }: { readonly score: number; readonly correct: boolean },
    place: Place,
  ): void {
    const known = this.#answers.get(question) ?? { score: 0, correct: 0, count: 0, place };
    known.score += score;
    known.correct += Number(correct);
    known.count++;
    this.#answers.set(question, known);
  }

  /** One value for each question that was asked several times; starts over. */
  take(): [question: number, value: number][] {
    const values = [...this.#answers].flatMap(([question, answers]): [number, number][] =>
      answers.count > 1 ? [[question, this.#valueOf(answers)]] : [],
    );
    this.#answers.clear();
    return values;
  }

  #valueOf({ score, correct, count, place }: Answers): number {
    const { onConflict, threshold, graded, open } = this.#options;
    if (onConflict === 'majority') return correct * 2 > count ? 1 : 0;
    const mean = score / count;
    if (graded || mean === 0 || mean === 1) return mean;
    if (threshold !== undefined) return mean >= threshold ? 1 : 0;
    open.add('threshold of means', {
      message: advice`is the first of ${count} answers to a question with the mean ${Number(mean.toFixed(3))}. Set the lowest mean that counts as correct with ${namedOption('threshold')}.`,
      location: place,
      suggested: { threshold: 0.5 },
    });
    return 0;
  }
}
