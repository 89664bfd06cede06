import { Matrix } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import { BENCHMARKS } from './benchmarks.js';
import { drawModels } from './model-skills.js';
import { assemble, type SimulatedPool, separateStreams } from './pool.js';
import { portableNormal, portableSigmoid } from './portable-random.js';
import { drawQuestions, LARGEST_BENCHMARK } from './question-texts.js';
import { roster } from './roster.js';

/** Options of {@link simulateNoise}. */
export interface SimulateNoiseOptions {
  /** Unsigned 32-bit integer. @default 0 */
  readonly seed?: number;
  /** Number of models, 1 to 1000. @default 24 */
  readonly models?: number;
  /** Number of questions over all ten benchmarks, 1 to 20,000. @default 1000 */
  readonly questions?: number;
  /** Share of labels that are missing at random, from 0 to below 1. @default 0 */
  readonly missingRate?: number;
}

/**
 * Simulates a pool in which there is nothing to find, for null tests.
 *
 * Models differ in ability and questions in difficulty, but both are drawn without regard to
 * family, size, price, speciality, topic and text, and do not interact: P(correct) =
 * sigmoid(ability_m - difficulty_q). `truth.skills` holds the ability in its first column and
 * zeros after it; no routing can beat the single best model.
 *
 * @throws EmbedLLMError `invalid-argument` on options out of range.
 */
export function simulateNoise(options: SimulateNoiseOptions = {}): SimulatedPool {
  const { seed = 0, models = 24, questions = 1000, missingRate = 0 } = options;
  checkInteger('The number of questions', questions, {
    min: 1,
    max: BENCHMARKS.length * LARGEST_BENCHMARK,
  });
  const entries = roster(models);
  const streams = separateStreams(seed);
  const described = drawModels(streams.models, entries);
  const written = drawQuestions(streams.questions, questions);
  const skills = new Matrix(models, described.skills.cols);
  for (let model = 0; model < models; model++) skills.row(model)[0] = portableNormal(streams.noise);
  const demands = new Matrix(questions, skills.cols);
  for (let question = 0; question < questions; question++) demands.row(question)[0] = 1;
  const difficulties = Float64Array.from({ length: questions }, () =>
    portableNormal(streams.noise),
  );
  return assemble({
    seed,
    entries,
    drawnModels: { ...described, skills },
    drawnQuestions: { ...written, demands, difficulties, guessing: new Float64Array(questions) },
    probability: (question, model) =>
      portableSigmoid(skills.at(model, 0) - (difficulties[question] ?? 0)),
    missingRate,
    streams,
  });
}
