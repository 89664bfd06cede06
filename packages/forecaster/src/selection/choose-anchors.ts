import { checkInteger } from '@embedllm/internals';
import type { ItemResponsePool } from '../forecast/item-response-pool.js';
import { abilityPosterior } from '../item-response/ability-posterior.js';
import { InformationState } from '../item-response/information-state.js';
import { pickGreedily } from '../item-response/pick-greedily.js';

/** What `chooseAnchors` takes. */
export interface ChooseAnchorsOptions {
  /** What `fitItemResponse` gave. */
  readonly pool: ItemResponsePool;
  /** Size of the subset, 1 or more. */
  readonly count: number;
  /** Benchmarks that the subset is to stand for; anchors are taken from them. @default all */
  readonly benchmarks?: readonly string[] | undefined;
  /** Unsigned 32-bit integer, for the draws of abilities. @default 0 */
  readonly seed?: number | undefined;
}

const DRAWS = 256;

/**
 * A fixed subset of questions ("tiny" benchmark) that serves every future model: chosen before
 * anything is known of a model, so that the variance of its accuracies, expected over the abilities
 * of the pool, becomes least. Unlike with `selectQuestions`, every model answers the same questions,
 * so that models stay comparable and answers can be cached.
 *
 * Forecast from anchors with `sample: 'chosen'`. The alternative of one question for each cluster of
 * items (Polo et al. 2024, tinyBenchmarks, arXiv 2402.14992) is compared in `bench/anchors.ts`.
 *
 * @returns Identifiers, the most informative first: every beginning of the list is a subset too.
 * @throws EmbedLLMError `invalid-argument` on a count below 1 or above the number of questions, and
 * on unknown benchmarks.
 */
export function chooseAnchors(options: ChooseAnchorsOptions): string[] {
  const { pool, count, benchmarks = pool.benchmarks, seed = 0 } = options;
  const targets = benchmarks.map((name) => pool.benchmarkIndex(name));
  const candidates = [...pool.questions.keys()].filter((q) =>
    targets.includes(pool.benchmarkOf[q]!),
  );
  checkInteger('The number of anchors', count, { min: 1, max: candidates.length });
  const totals = new Int32Array(pool.benchmarks.length);
  for (const benchmark of pool.benchmarkOf) totals[benchmark] = totals[benchmark]! + 1;
  const nothing = { questions: new Int32Array(0), labels: new Uint8Array(0) };
  const state = new InformationState({
    items: pool.items,
    posterior: abilityPosterior({
      items: pool.items,
      prior: pool.abilityPrior,
      observed: nothing,
      draws: DRAWS,
      seed,
    }),
    benchmarkOf: pool.benchmarkOf,
    answered: new Set(),
    targets,
    totals,
  });
  return pickGreedily([state], candidates, count).map((q) => pool.questions[q] as string);
}
