import { EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { Matrix } from '../matrix/matrix.js';
import { logLoss } from '../metrics/log-loss.js';
import type { FactorizationModel } from '../model/factorization-model.js';
import { sigmoid } from '../model/sigmoid.js';
import { clusterRows } from './cluster-rows.js';
import {
  closenessTo,
  type Familiarity,
  type FamiliarityScale,
  familiarityOf,
  shrinkLogits,
} from './familiarity.js';
import { type KnownKinds, shareBelow, surestLogit, togetherScore } from './known-kinds.js';
import { groupRows, logitVariance } from './logit-variance.js';

/** What `fitFamiliarity` takes. */
export interface FitFamiliarityOptions {
  readonly model: FactorizationModel;
  /** Embeddings of the training questions, shape [Q, D]. */
  readonly train: Matrix;
  /**
   * The category (benchmark) of each training question, length Q: what a kind of question that
   * training never saw may bring is then estimated from the kinds that it did, all of equal weight.
   *
   * @default estimated from the questions as if each were a kind
   */
  readonly categories?: readonly string[] | undefined;
  /** Questions that the model was not trained on; or the training questions, where there are none. */
  readonly heldOut: {
    readonly embeddings: Matrix;
    readonly correctness: CorrectnessMatrix;
    /** From `encoder.coverage` of their texts, where the encoder has it. */
    readonly coverage?: Float32Array | undefined;
  };
  /**
   * Classifiers that tell the categories of training apart by embedding, such as
   * `CategoryIndicators`: weights of shape [K, D] or narrower, and K intercepts. A question that is
   * surely of one category is then more familiar, together with what the text itself says.
   *
   * @default the text alone
   */
  readonly kinds?: { readonly weights: Matrix; readonly bias: Float32Array } | undefined;
  /** What `heldOut` is. @default 'validation' */
  readonly calibratedOn?: 'validation' | 'training' | undefined;
  /** Most clusters of training questions that distances are taken to, from 1. @default 32 */
  readonly clusters?: number | undefined;
  /** Of the clusters' first centres. @default 0 */
  readonly seed?: number | undefined;
}

/** Shares of the held-out questions that may lie below `usual`. */
const BELOW_USUAL = [0, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75];
/** Steps between the least and the largest quantile. */
const QUANTILE_STEPS = 100;

/**
 * Fits how familiar a question is, and how far what the model says of unfamiliar ones holds.
 *
 * A question reaches r = min(1, score / usual) of what training understood, where the score is the
 * share of the text that its embedding stands for, or 1 / distance to the nearest of the training
 * clusters. `usual` is a quantile of the held-out scores, the one of least held-out log loss.
 *
 * @returns for `RouterSettings.familiarity`, and with its `record` for `Artifact.familiarity`.
 * @throws EmbedLLMError `shape-mismatch` when parts do not fit together, `invalid-data` without a
 * held-out label, `invalid-argument` on a setting out of range.
 * @example
 * const familiarity = fitFamiliarity({ model, train: train.embeddings, heldOut: validation });
 */
export function fitFamiliarity(options: FitFamiliarityOptions): Familiarity {
  const { model, train, categories, heldOut, calibratedOn = 'validation' } = options;
  const { embeddings, coverage } = heldOut;
  assertCount('coverages', coverage?.length, embeddings.rows, 'held-out');
  assertCount('categories', categories?.length, train.rows, 'training');
  const clusters = clusterRows(train, options.clusters ?? 32, options.seed ?? 0);
  const groups = groupRows(train.rows, categories);
  const center = new Matrix(1, train.cols);
  for (const rows of groups) {
    for (const row of rows) {
      train.row(row).forEach((value, j) => {
        center.data[j] = center.data[j]! + value / (rows.length * groups.length);
      });
    }
  }
  const variance = logitVariance(model.score(train), groups);
  const central = model.score(center).row(0);
  const logits = model.score(embeddings);
  const closeness = Float64Array.from({ length: embeddings.rows }, (_, row) =>
    closenessTo(clusters, embeddings.row(row)),
  );
  const fitScale = (scores: ArrayLike<number>): FamiliarityScale => {
    const sorted = Float64Array.from(scores).sort();
    let best: { usual: number; loss: number } | undefined;
    for (const share of BELOW_USUAL) {
      const usual = Math.max(quantile(sorted, share), Number.EPSILON);
      const shrunk = logits.selectRows([...Array(logits.rows).keys()]);
      for (let row = 0; row < shrunk.rows; row++) {
        const reach = Math.min(1, scores[row]! / usual);
        shrinkLogits(shrunk.row(row), reach, variance, (m) => central[m]!);
      }
      const loss = logLoss(sigmoid(shrunk), heldOut.correctness);
      if (!best || loss < best.loss) best = { usual, loss };
    }
    return { usual: best?.usual ?? 1, quantiles: quantilesOf(sorted) };
  };
  const [byCloseness, byCoverage] = [fitScale(closeness), coverage && fitScale(coverage)];
  const shares = Float64Array.from(coverage ?? closeness, (score) =>
    shareBelow((byCoverage ?? byCloseness).quantiles, score),
  );
  return familiarityOf({
    version: 1,
    calibratedOn,
    questions: embeddings.rows,
    center: Array.from(center.data, rounded),
    variance,
    clusters: clusters.map((cluster) => Array.from(cluster, rounded)),
    closeness: byCloseness,
    ...(byCoverage && { coverage: byCoverage }),
    ...(options.kinds && { kinds: fitKinds(options.kinds, embeddings, shares) }),
  });
}

/** @param shares - Of held-out questions that are less familiar by the text itself, length Q. */
function fitKinds(
  { weights, bias }: NonNullable<FitFamiliarityOptions['kinds']>,
  heldOut: Matrix,
  shares: Float64Array,
): KnownKinds {
  if (weights.cols > heldOut.cols || weights.rows !== bias.length) {
    throw new EmbedLLMError(
      `Classifiers with weights of shape [${weights.rows}, ${weights.cols}] and ${bias.length} intercepts do not match embeddings of length ${heldOut.cols}.`,
      { code: 'shape-mismatch' },
    );
  }
  const classifiers = {
    weights: Array.from({ length: weights.rows }, (_, k) => Array.from(weights.row(k), rounded)),
    bias: Array.from(bias, rounded),
  };
  const surest = shares.map((_, row) => surestLogit(classifiers, heldOut.row(row)));
  const quantiles = quantilesOf(surest.slice().sort());
  const scores = shares.map((share, row) =>
    togetherScore(share, shareBelow(quantiles, surest[row]!)),
  );
  return { ...classifiers, quantiles, together: quantilesOf(scores.sort()) };
}

function quantilesOf(sorted: Float64Array): number[] {
  return Array.from({ length: QUANTILE_STEPS + 1 }, (_, step) =>
    rounded(quantile(sorted, step / QUANTILE_STEPS)),
  );
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!;
  return low + (place % 1) * (sorted[Math.ceil(place)]! - low);
}

/** Five digits: enough for distances, and a third of the bytes in JSON. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

function assertCount(
  what: string,
  found: number | undefined,
  needed: number,
  questions: string,
): void {
  if (found === undefined || found === needed) return;
  throw new EmbedLLMError(`There are ${found} ${what} for ${needed} ${questions} questions.`, {
    code: 'shape-mismatch',
  });
}
