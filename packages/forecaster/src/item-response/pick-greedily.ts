import type { InformationState } from './information-state.js';

/** Repeatedly the candidate of greatest summed gain. */
export function pickGreedily(
  states: readonly InformationState[],
  candidates: readonly number[],
  count: number,
): number[] {
  const open = new Set(candidates);
  const chosen: number[] = [];
  while (chosen.length < count && open.size > 0) {
    let best = -1;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const q of open) {
      let gain = 0;
      for (const state of states) gain += state.gain(q);
      if (gain > bestGain) {
        best = q;
        bestGain = gain;
      }
    }
    for (const state of states) state.ask(best);
    open.delete(best);
    chosen.push(best);
  }
  return chosen;
}
