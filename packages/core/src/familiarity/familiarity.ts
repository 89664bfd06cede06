import { checkObject, DataError } from '@embedllm/internals';
import { type AccuracyFallback, isFallback, weightAt } from './accuracy-fallback.js';
import { isList, isNumber } from './is-list.js';
import {
  isKnownKinds,
  isQuantiles,
  type KnownKinds,
  shareBelow,
  surestLogit,
  togetherScore,
} from './known-kinds.js';

/** Scores of familiarity, larger for more familiar questions. */
export interface FamiliarityScale {
  /** Questions of this score or more count as understood in full; above 0. */
  readonly usual: number;
  /** Quantiles of the scores of held-out questions, evenly spaced from the least to the largest. */
  readonly quantiles: readonly number[];
}

/** What `fitFamiliarity` finds, as plain JSON for `Artifact.familiarity`. */
export interface FamiliarityRecord {
  /** Of this record's form. */
  readonly version: 1;
  /** The questions that the scales were fitted on, and their number. */
  readonly calibratedOn: 'validation' | 'training';
  readonly questions: number;
  /** Mean embedding of a kind of question, length D: logits there are what is known without a text. */
  readonly center: readonly number[];
  /** Variance of a model's logit over kinds of questions. */
  readonly variance: number;
  /** Centres of the training questions, D numbers each. */
  readonly clusters: readonly (readonly number[])[];
  /** Of 1 / distance to the nearest cluster. */
  readonly closeness: FamiliarityScale;
  /** Of `QuestionEncoder.coverage`, where the encoder has it. */
  readonly coverage?: FamiliarityScale | undefined;
  /** Classifiers of the training categories. Artifacts of earlier releases have none. */
  readonly kinds?: KnownKinds | undefined;
  /** When routers ask the single best model by default. Artifacts of earlier releases have none. */
  readonly guard?: RoutingGuard | undefined;
  /** What predictions of unfamiliar questions fall back on. Artifacts of earlier releases have none. */
  readonly fallback?: AccuracyFallback | undefined;
}

/**
 * When to ask the single best model after all, as predictions err: what `leaveCategoriesOut` of
 * @embedllm/trainer found best for kinds of question that training saw and that it never saw.
 */
export interface RoutingGuard {
  /** Where the familiarity of a question is less than this, from 0 to 1. */
  readonly below: number;
  /** Unless another model's probability is higher by more than this, from 0 to 1. */
  readonly margin: number;
}

/** What is known of questions: reach and familiarity, both from 0 to 1. */
export interface Assessment {
  /** The share of what the logits say that holds: 1 for questions like those of training. */
  readonly reach: number;
  /** The share of held-out training questions that were less familiar. */
  readonly familiarity: number;
  /** The share that the text has next to the models' mean accuracies: 1 without a fallback. */
  readonly weight: number;
}

/** Says how familiar questions are, from a checked record. */
export interface Familiarity {
  readonly record: FamiliarityRecord;
  /**
   * How familiar one question is.
   *
   * @param embedding - Length D.
   * @param coverage - Of the text; without it (undefined or NaN) the embedding alone decides.
   */
  assess(embedding: Float32Array, coverage?: number): Assessment;
}

/** Options of `restoreFamiliarity`. */
export interface RestoreFamiliarityOptions {
  /** Where the record came from, for error messages. */
  readonly file?: string | undefined;
  /** D, the length of the model's question embeddings. @default not checked */
  readonly dimensions?: number | undefined;
}

/**
 * Restores what `fitFamiliarity` recorded, such as `artifact.familiarity`.
 *
 * @throws DataError `invalid-data`, naming the field, when the record is not one.
 */
export function restoreFamiliarity(
  record: object,
  options: RestoreFamiliarityOptions = {},
): Familiarity {
  const { file, dimensions } = checkObject('options', options);
  const refuse = (field: string, problem: string): DataError =>
    new DataError(`The familiarity's ${field} ${problem}.`, { file, field });
  const given: Readonly<Record<string, unknown>> = { ...record };
  const { version, calibratedOn, questions, center, variance, clusters } = given;
  const { closeness, coverage, kinds, fallback } = given;
  const { below, margin }: Readonly<Record<string, unknown>> = { ...Object(given.guard) };
  const isGuarded = isNumber(below) && isNumber(margin);
  if (version !== 1) throw refuse('version', 'must be 1');
  if (calibratedOn !== 'validation' && calibratedOn !== 'training') {
    throw refuse('calibratedOn', 'must be "validation" or "training"');
  }
  if (!isNumber(questions)) throw refuse('questions', 'must be a number');
  if (!isNumber(variance) || variance < 0)
    throw refuse('variance', 'must be a number of at least 0');
  if (!isList(center, isNumber) || center.length !== (dimensions ?? center.length)) {
    throw refuse('center', `must hold ${dimensions ?? 'some'} numbers`);
  }
  const isCluster = (value: unknown): value is number[] =>
    isList(value, isNumber) && value.length === center.length;
  if (!isList(clusters, isCluster)) throw refuse('clusters', 'must hold at least one vector');
  if (!isScale(closeness))
    throw refuse('closeness', 'must hold a positive `usual` and `quantiles`');
  if (coverage !== undefined && !isScale(coverage))
    throw refuse('coverage', 'must hold a positive `usual` and `quantiles`');
  if (kinds !== undefined && !isKnownKinds(kinds, center.length)) {
    throw refuse('kinds', 'must hold classifiers and quantiles');
  }
  if (given.guard && !isGuarded) throw refuse('guard', 'must hold two numbers');
  if (fallback !== undefined && !isFallback(fallback)) {
    throw refuse('fallback', 'must hold two shares, models, and a logit for each model');
  }
  return familiarityOf({
    version,
    calibratedOn,
    questions,
    center,
    variance,
    clusters,
    closeness,
    ...(coverage && { coverage }),
    ...(kinds && { kinds }),
    ...(isGuarded && { guard: { below, margin } }),
    ...(fallback && { fallback }),
  });
}

/** A record that is known to be right, at work. */
export function familiarityOf(record: FamiliarityRecord): Familiarity {
  const clusters = record.clusters.map((cluster) => Float32Array.from(cluster));
  return {
    record,
    assess(embedding, coverage = Number.NaN) {
      if (coverage === 0) return { reach: 0, familiarity: 0, weight: weightAt(0, record.fallback) };
      const isCovered = record.coverage && !Number.isNaN(coverage);
      const scale = (isCovered && record.coverage) || record.closeness;
      const score = isCovered ? coverage : closenessTo(clusters, embedding);
      const share = shareBelow(scale.quantiles, score);
      const { kinds } = record;
      const familiarity = kinds
        ? shareBelow(
            kinds.together,
            togetherScore(share, shareBelow(kinds.quantiles, surestLogit(kinds, embedding))),
          )
        : share;
      return {
        reach: Math.min(1, score / scale.usual),
        familiarity,
        weight: weightAt(familiarity, record.fallback),
      };
    },
  };
}

/** 1 / Euclidean distance to the nearest cluster; at most 1e9. */
export function closenessTo(clusters: readonly ArrayLike<number>[], row: Float32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const cluster of clusters) {
    let square = 0;
    for (let j = 0; j < row.length; j++) {
      square += (row[j]! - cluster[j]!) ** 2;
    }
    least = Math.min(least, square);
  }
  return 1 / Math.sqrt(Math.max(least, 1e-18));
}

/**
 * Moves logits z towards z̄, those of a question of which nothing is known, and divides them by
 * sqrt(1 + π s² / 8), so that the logistic function of the result is the mean probability
 * (MacKay 1992) over what the unknown share 1 - r² of the question may hold, s² = (1 - r²) τ².
 *
 * @param logits - z, length M; changed in place.
 */
export function shrinkLogits(
  logits: Float32Array,
  reach: number,
  variance: number,
  centre: (model: number) => number,
): void {
  const scale = 1 / Math.sqrt(1 + (Math.PI / 8) * (1 - reach * reach) * variance);
  for (let m = 0; m < logits.length; m++) {
    const mean = centre(m);
    logits[m] = scale * (mean + reach * (logits[m]! - mean));
  }
}

function isScale(value: unknown): value is FamiliarityScale {
  if (typeof value !== 'object' || value === null) return false;
  if (!('usual' in value && 'quantiles' in value)) return false;
  const { usual, quantiles } = value;
  return isNumber(usual) && usual > 0 && isQuantiles(quantiles);
}
