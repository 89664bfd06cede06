import { type CorrectnessMatrix, type Matrix, MISSING } from '@embedllm/core';
import { ConditionalAnswers } from './conditional-answers.js';

/** A question whose answers say something: some right, some wrong. */
export interface InformativeQuestion {
  readonly question: number;
  /** Indices of the models that were asked. */
  readonly asked: Uint32Array;
  /** How many were right. */
  readonly right: number;
  /** Index of its category. */
  readonly category: number;
}

/** Questions that at least one model got right and one wrong. */
export function informativeQuestions(
  correctness: CorrectnessMatrix,
  categories: readonly string[] | undefined,
): InformativeQuestion[] {
  const names = [...new Set(categories ?? [''])];
  const found: InformativeQuestion[] = [];
  for (let question = 0; question < correctness.questionCount; question++) {
    const labels = correctness.row(question);
    const asked = Uint32Array.from([...labels.keys()].filter((model) => labels[model] !== MISSING));
    const right = asked.reduce((sum, model) => sum + labels[model]!, 0);
    if (right === 0 || right === asked.length) continue;
    found.push({
      question,
      asked,
      right,
      category: categories ? names.indexOf(categories[question] as string) : 0,
    });
  }
  return found;
}

/** Standard deviation of the normal prior on abilities, in logits: keeps perfect scores finite. */
const PRIOR_DEVIATION = 4;
const MAX_ITERATIONS = 40;
const TOLERANCE = 1e-3;

/** Logits of the models on a question, up to a constant of the question. */
export type AnswerLogits = (question: InformativeQuestion) => Float64Array;

/**
 * Fits one ability for each model and category by conditional maximum likelihood, on top of
 * predicted logits where there are some: afterwards each model's expected score in each category,
 * given how many models were right on each question, is its observed one.
 *
 * Diagonal Newton steps; each costs 2 M² FLOPs a question.
 *
 * @param pause - Awaited between questions; may throw to abort.
 */
export async function fitAnswerLogits(options: {
  correctness: CorrectnessMatrix;
  questions: readonly InformativeQuestion[];
  categoryCount: number;
  probabilities: Matrix | undefined;
  pause: () => Promise<boolean> | false;
}): Promise<AnswerLogits> {
  const { correctness, questions, categoryCount, probabilities, pause } = options;
  const M = correctness.modelCount;
  const abilities = new Float64Array(categoryCount * M);
  const logits: AnswerLogits = ({ question, asked, category }) =>
    Float64Array.from(asked, (model) => {
      const ability = abilities[category * M + model]!;
      return probabilities ? ability + logit(probabilities.at(question, model)) : ability;
    });
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const gradient = abilities.map((ability) => -ability / PRIOR_DEVIATION ** 2);
    const curvature = new Float64Array(abilities.length).fill(1 / PRIOR_DEVIATION ** 2);
    for (const question of questions) {
      const answers = new ConditionalAnswers(logits(question), question.right);
      const labels = correctness.row(question.question);
      for (let i = 0; i < question.asked.length; i++) {
        const model = question.asked[i]!;
        const p = answers.single(i);
        const cell = question.category * M + model;
        gradient[cell] = gradient[cell]! + labels[model]! - p;
        curvature[cell] = curvature[cell]! + p * (1 - p);
      }
      await pause();
    }
    let largest = 0;
    for (let cell = 0; cell < abilities.length; cell++) {
      const step = gradient[cell]! / curvature[cell]!;
      const limited = Math.min(1, Math.max(-1, step));
      largest = Math.max(largest, Math.abs(limited));
      abilities[cell] = abilities[cell]! + limited;
    }
    if (largest < TOLERANCE) break;
  }
  return logits;
}

function logit(p: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(inside / (1 - inside));
}
