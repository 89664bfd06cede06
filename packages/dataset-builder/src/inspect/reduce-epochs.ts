/** How the scores of a question's epochs become one; the names are Inspect's, but for `first`. */
export type EpochReducer = 'mean' | 'median' | 'mode' | 'max' | 'first';

/**
 * One score of several epochs: their mean, median or maximum, the most frequent (of those as
 * frequent, the earliest), or the first.
 *
 * @param scores - In the order of the epochs, at least one, each 0 to 1.
 */
export function reduceEpochs(scores: readonly number[], reducer: EpochReducer): number {
  const first = scores[0]!;
  switch (reducer) {
    case 'first':
      return first;
    case 'max':
      return Math.max(...scores);
    case 'mean':
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    case 'median': {
      const sorted = [...scores].sort((a, b) => a - b);
      const middle = sorted.length >> 1;
      const upper = sorted[middle]!;
      return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
    }
    case 'mode': {
      const counts = new Map<number, number>();
      for (const score of scores) counts.set(score, (counts.get(score) ?? 0) + 1);
      let best = first;
      for (const [score, count] of counts) if (count > (counts.get(best) ?? 0)) best = score;
      return best;
    }
  }
}
