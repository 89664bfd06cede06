import { type CorrectnessMatrix, EmbedLLMError, type Matrix, type Progress } from '@embedllm/core';
import { checkInteger, createPause } from '@embedllm/internals';
import { poissonBinomialTail } from '../statistics/exact-tests.js';
import type { InformativeQuestion } from './answer-logits.js';
import { type AnswerLogits, fitAnswerLogits, informativeQuestions } from './answer-logits.js';
import { ConditionalAnswers } from './conditional-answers.js';

/** Options of `duplicateModels`. */
export interface DuplicateModelsOptions {
  /** Labels of shape [Q, M]. */
  readonly correctness: CorrectnessMatrix;
  /**
   * The benchmark of each question, length Q: models may then differ in ability from benchmark to
   * benchmark before that counts as agreement. @default one benchmark
   */
  readonly categories?: readonly string[] | undefined;
  /**
   * Predicted probabilities of a correct answer, shape [Q, M], best from a model that did not see
   * these questions: pairs then count only where they agree beyond what these predict.
   */
  readonly probabilities?: Matrix | undefined;
  /** Pairs to report: an integer from 1. @default 20 */
  readonly count?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the questions done in the last pass, and their number. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Two models that answer alike. */
export interface DuplicatePair {
  readonly first: string;
  readonly second: string;
  /** Questions that both were asked. */
  readonly questions: number;
  /** Questions that exactly one of them answered correctly. */
  readonly disagreements: number;
  /** As many as independent models of these abilities would have on these questions. */
  readonly expectedDisagreements: number;
  /** 1 - disagreements / expectedDisagreements: 0 independent, 1 the same answers. */
  readonly excessAgreement: number;
  /** How often independent models agree at least as often. */
  readonly pValue: number;
  /** Times the number of pairs of the pool, at most 1 (Bonferroni). */
  readonly adjustedPValue: number;
}

/**
 * Pairs of models whose answers are closer than sampling noise explains, most alike first.
 *
 * The null hypothesis: given how many models answered each question correctly, and each model's
 * score in each benchmark, two models answer independently. How hard a question is cancels in that
 * condition (Rasch, 1960), so that agreeing on easy and on hard questions counts for nothing. The
 * number of agreements then is Poisson binomial, and its exact tail is the p-value; abilities are
 * estimated, which matters little beyond a hundred questions.
 *
 * Relatives are not independent models: in a real pool p-values are tiny within families, and it is
 * `excessAgreement` that tells a copy (near 1) from a relative.
 *
 * About 20 Q M² + Q M³ / 2 FLOPs.
 *
 * @throws EmbedLLMError `shape-mismatch` when parts do not fit, `invalid-argument` on a bad `count`,
 * `invalid-data` when no question tells models apart; the signal's reason when aborted.
 *
 * @example
 * ```ts
 * const pairs = await duplicateModels({ correctness, categories, count: 10 });
 * ```
 */
export async function duplicateModels(options: DuplicateModelsOptions): Promise<DuplicatePair[]> {
  const { correctness, categories, probabilities, count = 20, signal, onProgress } = options;
  signal?.throwIfAborted();
  assertParts(options, count);
  const questions = informativeQuestions(correctness, categories);
  if (questions.length === 0) {
    throw new EmbedLLMError('No question has both a correct and an incorrect answer.', {
      code: 'invalid-data',
    });
  }
  const pause = createPause(signal);
  const logits = await fitAnswerLogits({
    correctness,
    questions,
    categoryCount: new Set(categories ?? ['']).size,
    probabilities,
    pause,
  });
  const M = correctness.modelCount;
  const expected = new Float64Array(M * M);
  const disagreements = new Float64Array(M * M);
  for (const [done, question] of questions.entries()) {
    addQuestion(correctness, question, logits, expected, disagreements);
    if (await pause())
      onProgress?.({ phase: 'compare', done, total: questions.length, unit: 'questions' });
  }
  const pairs: { a: number; b: number; excess: number }[] = [];
  for (let a = 0; a < M; a++) {
    for (let b = a + 1; b < M; b++) {
      const chance = expected[a * M + b]!;
      if (chance <= 0) continue;
      pairs.push({ a, b, excess: 1 - disagreements[a * M + b]! / chance });
    }
  }
  pairs.sort((x, y) => y.excess - x.excess);
  const reported = pairs.slice(0, count);
  const pValues = await exactPValues(correctness, questions, logits, reported, pause);
  return reported.map(({ a, b, excess }, index) => {
    const pValue = pValues[index]!;
    return {
      first: correctness.models[a] as string,
      second: correctness.models[b] as string,
      questions: countBoth(correctness, a, b),
      disagreements: disagreements[a * M + b]!,
      expectedDisagreements: expected[a * M + b]!,
      excessAgreement: excess,
      pValue,
      adjustedPValue: Math.min(1, pValue * pairs.length),
    };
  });
}

function addQuestion(
  correctness: CorrectnessMatrix,
  question: InformativeQuestion,
  logits: AnswerLogits,
  expected: Float64Array,
  disagreements: Float64Array,
): void {
  const { asked, right } = question;
  const labels = correctness.row(question.question);
  const M = correctness.modelCount;
  const answers = new ConditionalAnswers(logits(question), right);
  const chances = new Float64Array(asked.length);
  for (let i = 0; i < asked.length; i++) {
    const others = Uint32Array.from({ length: asked.length - i - 1 }, (_, j) => i + 1 + j);
    answers.agreement(i, others, chances);
    for (let j = 0; j < others.length; j++) {
      const [a, b] = [asked[i]!, asked[others[j]!]!];
      expected[a * M + b] = expected[a * M + b]! + 1 - chances[j]!;
      if (labels[a] !== labels[b]) {
        disagreements[a * M + b] = disagreements[a * M + b]! + 1;
      }
    }
  }
}

async function exactPValues(
  correctness: CorrectnessMatrix,
  questions: readonly InformativeQuestion[],
  logits: AnswerLogits,
  pairs: readonly { a: number; b: number }[],
  pause: () => Promise<boolean> | false,
): Promise<number[]> {
  const chances = pairs.map((): number[] => []);
  const agreements = new Uint32Array(pairs.length);
  const chance = new Float64Array(1);
  for (const question of questions) {
    const answers = new ConditionalAnswers(logits(question), question.right);
    const labels = correctness.row(question.question);
    for (const [index, { a, b }] of pairs.entries()) {
      const [i, j] = [question.asked.indexOf(a), question.asked.indexOf(b)];
      if (i < 0 || j < 0) continue;
      answers.agreement(i, [j], chance);
      chances[index]?.push(chance[0]!);
      if (labels[a] === labels[b]) agreements[index] = agreements[index]! + 1;
    }
    await pause();
  }
  return chances.map((list, index) => poissonBinomialTail(list, agreements[index]!));
}

function countBoth(correctness: CorrectnessMatrix, a: number, b: number): number {
  let count = 0;
  for (let q = 0; q < correctness.questionCount; q++) {
    if (correctness.get(q, a) !== undefined && correctness.get(q, b) !== undefined) count++;
  }
  return count;
}

function assertParts(
  { correctness, categories, probabilities }: DuplicateModelsOptions,
  count: number,
): void {
  const { questionCount: Q, modelCount: M } = correctness;
  if (categories && categories.length !== Q) {
    throw new EmbedLLMError(`There are ${categories.length} categories for ${Q} questions.`, {
      code: 'shape-mismatch',
    });
  }
  if (probabilities && (probabilities.rows !== Q || probabilities.cols !== M)) {
    throw new EmbedLLMError(
      `The probabilities have the shape [${probabilities.rows}, ${probabilities.cols}], but there are ${Q} questions and ${M} models.`,
      { code: 'shape-mismatch' },
    );
  }
  // x - x is NaN for what is not finite, and comparisons with NaN are false.
  if (probabilities && !probabilities.data.every((p) => p >= 0 && p <= 1)) {
    throw new EmbedLLMError('Probabilities must be from 0 to 1.', { code: 'invalid-argument' });
  }
  checkInteger('count', count, { min: 1 });
}
