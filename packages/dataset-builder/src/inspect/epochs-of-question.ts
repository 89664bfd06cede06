import { advice, namedOption } from '@embedllm/core';
import { type Place, quoteBriefly } from '../csv/columns.js';
import type { OpenChoices } from '../runs/open-choices.js';
import type { RepeatPolicy } from '../runs/repeated-answers.js';
import type { InspectSample } from './inspect-sample.js';

/** A sample and where it stands. */
export type PlacedSample = InspectSample & { readonly place: Place };

/** The samples of one question in one log. */
export interface EpochsOfQuestion {
  /** By the number of the epoch. */
  readonly byNumber: Map<number, PlacedSample>;
  /** Samples of an epoch that was there already, where all of them count. */
  readonly repeats: PlacedSample[];
}

/**
 * Adds a sample to those of its question. One of an epoch that is there already with another score is
 * a contradiction, which `onConflict` settles.
 *
 * @returns whether it is new: false where it repeats an epoch with the same score.
 */
export function addEpoch(
  { byNumber, repeats }: EpochsOfQuestion,
  sample: PlacedSample,
  { onConflict, open }: { readonly onConflict: RepeatPolicy; readonly open: OpenChoices },
): boolean {
  const known = byNumber.get(sample.epoch);
  if (known === undefined) {
    byNumber.set(sample.epoch, sample);
    return true;
  }
  const countsAll = onConflict === 'mean' || onConflict === 'majority';
  if (countsAll) repeats.push(sample);
  else if (onConflict === 'replace') byNumber.set(sample.epoch, sample);
  if (known.score === sample.score) return false;
  if (onConflict === 'refuse') {
    open.add('repeated samples', {
      message: advice`the sample ${quoteBriefly(sample.id)} occurs twice for epoch ${sample.epoch}${sample.id === known.id ? '' : `, the first time as ${quoteBriefly(known.id)} with the same content`}, with different scores. Choose which counts with ${namedOption('onConflict')}: the first (keep), the last (replace), the mean or the majority.`,
      location: { ...sample.place, field: 'id' },
      suggested: { onConflict: 'majority' },
      code: 'conflicting-labels',
    });
  }
  return true;
}
