/** A rising curve through points, linear between them and level outside. */
export interface IsotonicCurve {
  /** Strictly ascending. */
  readonly logits: readonly number[];
  /** Ascending, from 0 to 1, as many. */
  readonly probabilities: readonly number[];
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955): the rising step function
 * of least squared error, taken as a curve through the means of its steps. Probabilities are kept
 * 1 / (n + 2) away from 0 and 1, since n answers cannot show less.
 *
 * O(n log n).
 *
 * @param logits - Length n, at least 1, finite.
 * @param labels - 1 correct, 0 incorrect, length n.
 */
export function fitIsotonic(logits: readonly number[], labels: readonly number[]): IsotonicCurve {
  const order = [...logits.keys()].sort((a, b) => logits[a]! - logits[b]!);
  // Equal logits get one probability, so they are one block from the start.
  const blocks: Block[] = [];
  let end = 0;
  while (end < order.length) {
    const logit = logits[order[end]!]!;
    let block: Block = { count: 0, correct: 0, logit };
    for (; end < order.length && logits[order[end]!] === logit; end++) {
      block.count++;
      block.correct += labels[order[end]!]!;
    }
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.correct * block.count < block.correct * last.count) break;
      blocks.pop();
      const count = last.count + block.count;
      block = {
        count,
        correct: last.correct + block.correct,
        logit: (last.logit * last.count + block.logit * block.count) / count,
      };
    }
    blocks.push(block);
  }
  const margin = 1 / (logits.length + 2);
  return {
    logits: blocks.map(({ logit }) => logit),
    probabilities: blocks.map(({ correct, count }) =>
      Math.min(1 - margin, Math.max(margin, correct / count)),
    ),
  };
}

/** The curve's probability at a logit; O(log n). */
export function interpolate({ logits, probabilities }: IsotonicCurve, logit: number): number {
  let low = 0;
  let high = logits.length - 1;
  if (logit <= logits[low]!) return probabilities[low]!;
  if (logit >= logits[high]!) return probabilities[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (logits[middle]! <= logit) low = middle;
    else high = middle;
  }
  const left = logits[low]!;
  const share = (logit - left) / (logits[high]! - left);
  const from = probabilities[low]!;
  return from + share * (probabilities[high]! - from);
}

interface Block {
  count: number;
  correct: number;
  /** Mean of its logits. */
  readonly logit: number;
}
