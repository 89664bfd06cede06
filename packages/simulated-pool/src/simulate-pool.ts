import { checkInteger } from '@embedllm/internals';
import { BENCHMARKS } from './benchmarks.js';
import { drawModels } from './model-skills.js';
import { assemble, type SimulatedPool, separateStreams } from './pool.js';
import { portableSigmoid } from './portable-random.js';
import { drawQuestions, LARGEST_BENCHMARK } from './question-texts.js';
import { roster } from './roster.js';

/** Options of {@link simulatePool}. */
export interface SimulatePoolOptions {
  /** Unsigned 32-bit integer. @default 0 */
  readonly seed?: number;
  /** Number of models, 1 to 1000; the first 24 lines of the roster differ, then versions follow. @default 24 */
  readonly models?: number;
  /** Number of questions of each of the ten benchmarks, 1 to 2000. @default 360 */
  readonly questionsPerBenchmark?: number;
  /** Share of labels that are missing at random, from 0 to below 1. @default 0.03 */
  readonly missingRate?: number;
}

/**
 * Simulates which model answers which question correctly.
 *
 * P(correct) = g + (1 - g) sigmoid(skills_m · demands_q - difficulty_q), with g the chance of
 * guessing (the three-parameter logistic model of Birnbaum 1968, with several skills); labels are
 * independent draws. Cost: O(Q M T). The same options give the same pool on every platform.
 *
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 *
 * @example
 * ```ts
 * const { dataset, truth } = simulatePool({ seed: 7, questionsPerBenchmark: 40 });
 * ```
 */
export function simulatePool(options: SimulatePoolOptions = {}): SimulatedPool {
  const { seed = 0, models = 24, questionsPerBenchmark = 360, missingRate = 0.03 } = options;
  checkInteger('The number of questions per benchmark', questionsPerBenchmark, {
    min: 1,
    max: LARGEST_BENCHMARK,
  });
  const entries = roster(models);
  const streams = separateStreams(seed);
  const drawnModels = drawModels(streams.models, entries);
  const drawnQuestions = drawQuestions(
    streams.questions,
    questionsPerBenchmark * BENCHMARKS.length,
  );
  const { skills } = drawnModels;
  const { demands, difficulties, guessing } = drawnQuestions;
  const probability = (question: number, model: number): number => {
    let logit = -(difficulties[question] ?? 0);
    for (let column = 0; column < skills.cols; column++) {
      logit += skills.at(model, column) * demands.at(question, column);
    }
    const floor = guessing[question] ?? 0;
    return floor + (1 - floor) * portableSigmoid(logit);
  };
  return assemble({
    seed,
    entries,
    drawnModels,
    drawnQuestions,
    probability,
    missingRate,
    streams,
  });
}
