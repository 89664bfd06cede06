import { type Answer, Random } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { ItemResponsePool } from '../forecast/item-response-pool.js';
import { abilityPosterior } from '../item-response/ability-posterior.js';
import { InformationState } from '../item-response/information-state.js';
import { pickGreedily } from '../item-response/pick-greedily.js';

/** How questions are chosen. */
export type SelectionStrategy =
  /** Greatest expected reduction of the variance of the target accuracies. */
  | 'informative'
  /** Every candidate with the same chance. */
  | 'random'
  /** At random, from each target benchmark in proportion to its size. */
  | 'stratified';

/** What `selectQuestions` takes. */
export interface SelectQuestionsOptions {
  /** What `fitItemResponse` gave. */
  readonly pool: ItemResponsePool;
  /** How many questions to choose, 1 or more; fewer come where candidates run out. */
  readonly count: number;
  /** Answers that were observed already. @default none */
  readonly responses?: Iterable<Answer> | undefined;
  /**
   * Answers of a second model, asked the same questions: selects for the comparison of both, and
   * only questions that neither has answered.
   */
  readonly comparedTo?: Iterable<Answer> | undefined;
  /** Benchmarks whose accuracies matter. @default all */
  readonly benchmarks?: readonly string[] | undefined;
  /** Identifiers of the questions that may be asked. @default every question of the pool */
  readonly candidates?: readonly string[] | undefined;
  /** @default 'informative' */
  readonly strategy?: SelectionStrategy | undefined;
  /** Unsigned 32-bit integer, for the draws and the random strategies. @default 0 */
  readonly seed?: number | undefined;
}

const DRAWS = 64;

/**
 * The next questions to ask a model. `informative` picks greedily: each pick counts as answered
 * before the next one, by a rank-one update, so that a batch is not `count` copies of one idea.
 * Then ask them, add the answers to `responses`, and call again: a batch of 10 loses little.
 *
 * Forecast from such answers with `sample: 'chosen'`.
 *
 * Cost: about 2 k² + 2 k B FLOPs for each candidate and pick, B target benchmarks.
 *
 * @returns Identifiers in the order of choice.
 * @throws EmbedLLMError `invalid-argument` on a count below 1 and on unknown names.
 *
 * @example
 * ```ts
 * const next = selectQuestions({ pool, responses, count: 10, benchmarks: ['gsm8k'] });
 * ```
 */
export function selectQuestions(options: SelectQuestionsOptions): string[] {
  const { pool, count, strategy = 'informative', seed = 0 } = options;
  checkInteger('The number of questions', count, { min: 1 });
  const observed = [pool.observe(options.responses ?? [])];
  if (options.comparedTo) observed.push(pool.observe(options.comparedTo));
  const answered = new Set(observed.flatMap(({ questions }) => [...questions]));
  const targets = (options.benchmarks ?? pool.benchmarks).map((name) => pool.benchmarkIndex(name));
  const named = options.candidates?.map((id) => pool.questionIndex(id));
  const candidates = [...new Set(named ?? pool.questions.keys())].filter((q) => !answered.has(q));
  const toIds = (chosen: readonly number[]): string[] =>
    chosen.map((q) => pool.questions[q] as string);
  if (strategy !== 'informative') {
    const inTarget = candidates.filter((q) => targets.includes(pool.benchmarkOf[q]!));
    const order = new Random(seed).shuffle(inTarget);
    if (strategy === 'random') return toIds(order.slice(0, count));
    return toIds(stratify(order, pool.benchmarkOf, count));
  }
  const totals = new Int32Array(pool.benchmarks.length);
  for (const benchmark of pool.benchmarkOf) totals[benchmark] = totals[benchmark]! + 1;
  const states = observed.map(
    (answers) =>
      new InformationState({
        items: pool.items,
        posterior: abilityPosterior({
          items: pool.items,
          prior: pool.abilityPrior,
          observed: answers,
          draws: DRAWS,
          seed,
        }),
        benchmarkOf: pool.benchmarkOf,
        answered: new Set(answers.questions),
        targets,
        totals,
      }),
  );
  return toIds(pickGreedily(states, candidates, count));
}

/** Takes from each benchmark its share, the largest remainders rounded up. */
function stratify(order: readonly number[], benchmarkOf: Int32Array, count: number): number[] {
  const strata = new Map<number, number[]>();
  for (const q of order) {
    const benchmark = benchmarkOf[q]!;
    const stratum = strata.get(benchmark);
    if (stratum) stratum.push(q);
    else strata.set(benchmark, [q]);
  }
  // The i-th of s questions of a stratum stands at (i + 1/2) / s; the first `count` places are taken.
  return [...strata.values()]
    .flatMap((stratum) => stratum.map((q, index) => ({ q, place: (index + 0.5) / stratum.length })))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ q }) => q);
}
