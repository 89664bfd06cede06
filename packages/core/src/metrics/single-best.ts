import { checkNumber, EmbedLLMError } from '@embedllm/internals';
import type { CorrectnessMatrix } from '../correctness/correctness-matrix.js';
import { type AccuracyEstimate, estimateAccuracies } from './estimate-accuracies.js';

/** Options of `singleBest`. */
export interface SingleBestOptions {
  /**
   * Share of the questions that a model must have been asked, above 0 and at most 1. Where no
   * model was, it is that share of the questions of the model that was asked most.
   *
   * @default 0.95
   */
  readonly minimumShare?: number | undefined;
  /** What `estimateAccuracies` gives for the same labels, where it is there. @default computed */
  readonly estimates?: readonly (AccuracyEstimate | undefined)[] | undefined;
}

/** The model that `singleBest` found. */
export interface SingleBest extends AccuracyEstimate {
  /** Index of the model. */
  readonly model: number;
  /** How many labels a model needed to be considered, and how many models have them. */
  readonly minimumLabels: number;
  readonly candidates: number;
}

/**
 * The one model to send everything to, the best that a router can do without looking at the
 * question. Among the models that were asked at least 95% of the questions that have a label
 * (where none was, at least 95% as many as the most-asked model), it is the one of highest
 * estimate over the same questions (`estimateAccuracies`), the first of them on ties. A model that
 * was asked only an easy benchmark is not chosen. Choose it on training questions to compare with
 * a router (`compareWithModel`).
 *
 * @throws EmbedLLMError `invalid-data` when no label is observed, `invalid-argument` when
 * `minimumShare` is out of range.
 */
export function singleBest(truth: CorrectnessMatrix, options: SingleBestOptions = {}): SingleBest {
  const { minimumShare = 0.95 } = options;
  checkNumber('minimumShare', minimumShare, { above: 0, max: 1 });
  const estimates = options.estimates ?? estimateAccuracies(truth);
  const questions = labelledQuestions(truth);
  const most = Math.max(...estimates.map((estimate) => estimate?.labels ?? 0));
  const wanted = minimumShare * questions;
  const minimumLabels = Math.ceil(most >= wanted ? wanted : minimumShare * most);
  let best: (AccuracyEstimate & { model: number }) | undefined;
  let candidates = 0;
  estimates.forEach((estimate, model) => {
    if (!estimate || estimate.labels < minimumLabels) return;
    candidates++;
    if (!best || estimate.accuracy > best.accuracy) best = { ...estimate, model };
  });
  if (!best) throw new EmbedLLMError('No model has any labels.', { code: 'invalid-data' });
  return { ...best, minimumLabels, candidates };
}

function labelledQuestions(truth: CorrectnessMatrix): number {
  let count = 0;
  let last = -1;
  truth.forEachLabel((question) => {
    if (question !== last) count++;
    last = question;
  });
  return count;
}
