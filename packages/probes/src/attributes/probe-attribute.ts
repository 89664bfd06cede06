import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger, checkNumbers, createPause } from '@embedllm/internals';
import { type DistanceMetric, prepareVectors } from '../distances/metric.js';
import {
  createPermuter,
  labelledModels,
  type PermutationOptions,
  permutationPValue,
} from '../statistics/permutation.js';
import { type EmbeddingSource, modelVectors } from '../vectors/model-vectors.js';
import type { LeaveOneOut } from './leave-one-out.js';
import { neighbourLeaveOneOut } from './neighbour-leave-one-out.js';
import { atLeastAsGood, classTarget, numberTarget } from './probe-score.js';
import { ridgeLeaveOneOut } from './ridge-leave-one-out.js';

/** Options of `probeAttribute`: a source of vectors, the attribute, the probe. */
export type ProbeAttributeOptions = EmbeddingSource &
  PermutationOptions & {
    /**
     * The attribute of each model, length M: all text (classes) or all numbers; models without
     * one are left out. Numbers over several magnitudes, such as sizes, are best as logarithms.
     */
    readonly values: readonly (string | number | undefined)[];
    /** A linear probe (ridge regression) or k nearest neighbours. @default 'ridge' */
    readonly probe?: 'ridge' | 'nearest-neighbours' | undefined;
    /**
     * Strengths of the ridge, positive, in units of the mean squared length of a centred vector;
     * of several, one is chosen for each model without looking at it.
     *
     * @default [0.01, 0.1, 1, 10]
     */
    readonly ridges?: readonly number[] | undefined;
    /** Neighbours of `nearest-neighbours`: an integer from 1. @default 3 */
    readonly k?: number | undefined;
    /** Metric of `nearest-neighbours`. @default 'euclidean' */
    readonly metric?: DistanceMetric | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Called now and then with the permutations done and their number. */
    readonly onProgress?: ((progress: Progress) => void) | undefined;
  };

/** What an embedding reveals about a class. */
export interface ClassProbe {
  readonly kind: 'classes';
  /** Share of models whose class is predicted from the others. */
  readonly accuracy: number;
  /** Mean over classes of the share of their models that is predicted; chance is 1 / classes. */
  readonly balancedAccuracy: number;
  /** Accuracy of always saying the most frequent class. */
  readonly majorityShare: number;
  /** How often permuted attributes are predicted with that accuracy or better. */
  readonly pValue: number;
  /** The same for the balanced accuracy. */
  readonly balancedPValue: number;
  readonly predictions: readonly {
    readonly name: string;
    readonly actual: string;
    readonly predicted: string;
  }[];
  readonly classes: readonly string[];
  readonly models: number;
  readonly permutations: number;
}

/** What an embedding reveals about a number. */
export interface NumberProbe {
  readonly kind: 'numbers';
  /** 1 - squared error / squared error of the mean of the others; at most 1, below 0 if worse. */
  readonly r2: number;
  readonly meanAbsoluteError: number;
  /** How often permuted attributes are predicted with that r2 or better. */
  readonly pValue: number;
  readonly predictions: readonly {
    readonly name: string;
    readonly actual: number;
    readonly predicted: number;
  }[];
  readonly models: number;
  readonly permutations: number;
}

/**
 * Predicts an attribute of each model (family, size, speciality) from its vector, with a probe
 * fitted on all other models, and tests by permutation whether that beats chance (Alain and
 * Bengio, 2016, "Understanding intermediate layers using linear classifier probes"; permutation
 * test of Ojala and Garriga, 2010). Classes are regressed as 0/1 columns, the largest wins. Every
 * permutation repeats the whole probe, choice of the ridge included; equal accuracies are told
 * apart by squared error.
 *
 * About (1 + permutations) x strengths x 5 n² classes FLOPs for `ridge`.
 *
 * @throws EmbedLLMError `shape-mismatch` when values or strata are not one for each model;
 * `invalid-argument` on mixed values, fewer than 3 models or 2 distinct values, or options out of
 * range; the signal's reason when aborted.
 *
 * @example
 * ```ts
 * const probe = await probeAttribute({ model, part: 'factors', values: families, seed: 1 });
 * if (probe.kind === 'classes') console.log(probe.accuracy, probe.pValue);
 * ```
 */
export async function probeAttribute(
  options: ProbeAttributeOptions,
): Promise<ClassProbe | NumberProbe> {
  const { values, strata, signal, onProgress } = options;
  signal?.throwIfAborted();
  const { names, vectors } = modelVectors(options);
  const kept = labelledModels(values, strata, vectors.rows);
  const permuter = createPermuter(options, kept);
  const present = kept.map((index) => values[index]);
  const attribute = readAttribute(present);
  const target =
    attribute.kind === 'classes'
      ? classTarget(attribute.indices, attribute.classes.length)
      : numberTarget(attribute.numbers);
  const keptNames = kept.map((index) => names[index] as string);
  const probe = createProbe(options, {
    embeddings: vectors.selectRows(kept),
    names: keptNames,
  });

  const places = Uint32Array.from(kept.keys());
  const observed = target.score(probe, places);
  const asGood = observed.statistics.map(() => 0);
  const pause = createPause(signal);
  for (let done = 0; done < permuter.permutations; done++) {
    permuter.shuffle(places);
    const drawn = target.score(probe, places);
    observed.statistics.forEach((statistic, index) => {
      if (atLeastAsGood(drawn.statistics[index] as readonly number[], statistic)) {
        asGood[index] = asGood[index]! + 1;
      }
    });
    if (await pause())
      onProgress?.({
        phase: 'permute',
        done: done + 1,
        total: permuter.permutations,
        unit: 'permutations',
      });
  }
  const pValues = asGood.map((count) => permutationPValue(count, permuter.permutations));
  const common = { models: kept.length, permutations: permuter.permutations };
  if (attribute.kind === 'classes') {
    const { classes, indices } = attribute;
    const sizes = classes.map((_, c) => indices.filter((index) => index === c).length);
    return {
      kind: 'classes',
      accuracy: observed.statistics[0]?.[0] as number,
      balancedAccuracy: observed.statistics[1]?.[0] as number,
      majorityShare: Math.max(...sizes) / kept.length,
      pValue: pValues[0]!,
      balancedPValue: pValues[1]!,
      predictions: keptNames.map((name, i) => ({
        name,
        actual: classes[indices[i]!] as string,
        predicted: classes[observed.predicted[i]!] as string,
      })),
      classes,
      ...common,
    };
  }
  const { numbers } = attribute;
  return {
    kind: 'numbers',
    r2: 1 - observed.squaredError / squaredErrorOfMeans(numbers),
    meanAbsoluteError:
      numbers.reduce((sum, y, i) => sum + Math.abs(y - observed.predicted[i]!), 0) / numbers.length,
    pValue: pValues[0]!,
    predictions: keptNames.map((name, i) => ({
      name,
      actual: numbers[i]!,
      predicted: observed.predicted[i]!,
    })),
    ...common,
  };
}

type Attribute =
  | { kind: 'classes'; classes: string[]; indices: Uint32Array }
  | { kind: 'numbers'; numbers: Float64Array };

function readAttribute(values: readonly (string | number | undefined)[]): Attribute {
  if (values.length < 3 || new Set(values).size < 2) {
    throw new EmbedLLMError(
      `A probe needs at least 3 models and 2 distinct values, but there are ${values.length} and ${new Set(values).size}.`,
      { code: 'invalid-argument' },
    );
  }
  const texts = values.filter((value): value is string => typeof value === 'string');
  if (texts.length === values.length) {
    const classes = [...new Set(texts)];
    return {
      kind: 'classes',
      classes,
      indices: Uint32Array.from(texts, (text) => classes.indexOf(text)),
    };
  }
  const numbers = values.filter((value): value is number => Number.isFinite(value));
  if (numbers.length < values.length) {
    throw new EmbedLLMError('The values of an attribute must be all text or all finite numbers.', {
      code: 'invalid-argument',
    });
  }
  return { kind: 'numbers', numbers: Float64Array.from(numbers) };
}

function createProbe(
  options: ProbeAttributeOptions,
  source: Extract<EmbeddingSource, { model?: undefined }>,
): LeaveOneOut {
  const { probe = 'ridge', ridges = [0.01, 0.1, 1, 10], k = 3, metric = 'euclidean' } = options;
  switch (probe) {
    case 'ridge':
      checkNumbers('ridges', ridges, { above: 0 });
      return ridgeLeaveOneOut(source.embeddings, ridges);
    case 'nearest-neighbours':
      checkInteger('k', k, { min: 1 });
      return neighbourLeaveOneOut(source.names.length, k, prepareVectors(source, metric).distance);
    default:
      throw new EmbedLLMError(
        `The probe must be 'ridge' or 'nearest-neighbours', but is ${JSON.stringify(probe)}.`,
        { code: 'invalid-argument' },
      );
  }
}

/** Squared error of predicting each value by the mean of the others. */
function squaredErrorOfMeans(numbers: Float64Array): number {
  const n = numbers.length;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / n;
  // The mean of the others is off by n / (n - 1) of the deviation from the mean of all.
  return numbers.reduce((sum, value) => sum + ((value - mean) * (n / (n - 1))) ** 2, 0);
}
