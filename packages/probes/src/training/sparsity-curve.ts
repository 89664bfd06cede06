import { CorrectnessMatrix, MISSING, Random } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import {
  assertProbeData,
  modelsLabelledInAll,
  type ProbeData,
  type TrainingProbeOptions,
} from './probe-data.js';
import { TrainingRunner, testFigures } from './run-training.js';
import { type FigureSummary, summarizeFigures } from './summarize-figures.js';

/** Options of `sparsityCurve`. */
export interface SparsityCurveOptions extends TrainingProbeOptions {
  /** Shares of the training questions to keep, each above 0 to 1. @default [0.05, 0.1, 0.2, 0.5, 1] */
  readonly questionShares?: readonly number[] | undefined;
  /**
   * Shares of each model's training answers to keep, each above 0 to 1; every model keeps at
   * least one. @default [0.05, 0.1, 0.2, 0.5]
   */
  readonly answerShares?: readonly number[] | undefined;
  /** Random draws of what to keep: an integer from 1. @default 3 */
  readonly repetitions?: number | undefined;
  /** Seed of the draws: an unsigned 32-bit integer. */
  readonly seed: number;
}

/** Result of `sparsityCurve`. */
export interface SparsityCurve {
  /** Models with labels under every draw: the figures are of these alone. */
  readonly models: readonly string[];
  readonly points: readonly SparsityPoint[];
}

/** Test figures after thinning. */
export interface SparsityPoint extends FigureSummary {
  /** What was thinned out. */
  readonly thinned: 'questions' | 'answers';
  /** Share that was kept. */
  readonly share: number;
  /** Mean number of training labels that was left. */
  readonly trainingLabels: number;
}

/**
 * How much data is needed: test figures as training questions, or single answers, are thinned at
 * random. Validation is thinned by the same share, as somebody with less data has less of that
 * too. Within one repetition a smaller share is part of a larger one. Trains
 * (question shares + answer shares) x repetitions times.
 *
 * @throws EmbedLLMError as `ablateBenchmarks` does; `invalid-argument` on shares or repetitions
 * out of range.
 *
 * @example
 * ```ts
 * const { points } = await sparsityCurve({ data, train, seed: 1 });
 * ```
 */
export async function sparsityCurve(options: SparsityCurveOptions): Promise<SparsityCurve> {
  const { data, repetitions = 3, seed } = options;
  const { questionShares = [0.05, 0.1, 0.2, 0.5, 1], answerShares = [0.05, 0.1, 0.2, 0.5] } =
    options;
  assertProbeData(data);
  for (const [name, shares] of Object.entries({ questionShares, answerShares })) {
    for (const share of shares) checkNumber(`${name}[]`, share, { above: 0, max: 1 });
  }
  checkInteger('repetitions', repetitions, { min: 1 });
  const random = new Random(seed);
  const draws = Array.from({ length: repetitions }, () => {
    const train = random.shuffle([...data.split.train]);
    const validation = random.shuffle([...data.split.validation]);
    const hide = answerThinner(data, random);
    return [
      ...questionShares.map((share) => ({
        thinned: 'questions' as const,
        share,
        train: first(train, share),
        validation: validation.length > 0 ? first(validation, share) : validation,
        correctness: data.correctness,
      })),
      ...answerShares.map((share) => ({
        thinned: 'answers' as const,
        share,
        train: data.split.train,
        validation: data.split.validation,
        correctness: hide(share),
      })),
    ];
  });
  const models = modelsLabelledInAll(
    data.correctness,
    draws.flatMap((draw) => draw.map(({ train }) => train)),
  );
  const conditions = questionShares.length + answerShares.length;
  const runner = new TrainingRunner(options, conditions * repetitions);
  const points = await Promise.all(
    Array.from({ length: conditions }, async (_, condition): Promise<SparsityPoint> => {
      const runs = await Promise.all(
        draws.map(async (draw, repetition) => {
          const plan = draw[condition] as (typeof draw)[number];
          const model = await runner.run({ ...plan, models, seed: repetition });
          const labels = plan.correctness.selectQuestions(plan.train).selectModels(models);
          return {
            figures: testFigures(data, model, models).overall,
            labels: labels.countObserved(),
          };
        }),
      );
      const isQuestions = condition < questionShares.length;
      const shares = isQuestions ? questionShares : answerShares;
      return {
        thinned: isQuestions ? 'questions' : 'answers',
        share: shares[isQuestions ? condition : condition - questionShares.length]!,
        trainingLabels: runs.reduce((sum, { labels }) => sum + labels, 0) / repetitions,
        ...summarizeFigures(runs.map(({ figures }) => figures)),
      };
    }),
  );
  return { models: models.map((model) => data.correctness.models[model] as string), points };
}

/** The first part of a list, at least one item. */
function first(list: readonly number[], share: number): number[] {
  return list.slice(0, Math.max(1, Math.round(share * list.length)));
}

/** Draws an order of each model's answers; hides all but the first share of them. */
function answerThinner(
  { correctness, split }: ProbeData,
  random: Random,
): (share: number) => CorrectnessMatrix {
  const { labels, modelCount: M } = correctness;
  const orders = [split.train, split.validation].flatMap((questions) =>
    correctness.models.map((_, m) =>
      random.shuffle(questions.map((q) => q * M + m).filter((cell) => labels[cell] !== MISSING)),
    ),
  );
  return (share) => {
    const thinned = labels.slice();
    for (const order of orders) {
      for (const cell of order.slice(Math.max(1, Math.round(share * order.length)))) {
        thinned[cell] = MISSING;
      }
    }
    return new CorrectnessMatrix({
      questions: correctness.questions,
      models: correctness.models,
      labels: thinned,
    });
  };
}
