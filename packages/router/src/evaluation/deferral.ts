import { EmbedLLMError } from '@embedllm/core';

/** What `deferralCurve` takes, all of length Q. */
export interface DeferralOptions {
  /** How much a question should go to the strong model; higher ones go first. */
  readonly scores: ArrayLike<number>;
  /** Quality of the weak model's answer to each question, such as 0 or 1. */
  readonly weak: ArrayLike<number>;
  /** Quality of the strong model's answer. */
  readonly strong: ArrayLike<number>;
}

/** Quality against the share of questions that go to the strong model. */
export interface DeferralCurve {
  /** From 0 to 1, ascending. */
  readonly shares: readonly number[];
  /** Mean quality at each share. */
  readonly qualities: readonly number[];
  readonly weakQuality: number;
  readonly strongQuality: number;
}

/**
 * The deferral curve between two models: mean quality when the k questions of highest score go to
 * the strong model, for k = 0, ..., Q. Questions of equal score go together, in between counts
 * linearly. O(Q log Q).
 *
 * @throws EmbedLLMError `shape-mismatch` on lists of different length, `invalid-argument` without
 * questions, `not-finite` on NaN.
 */
export function deferralCurve({ scores, weak, strong }: DeferralOptions): DeferralCurve {
  const Q = scores.length;
  if (weak.length !== Q || strong.length !== Q) {
    throw new EmbedLLMError(
      `The weak model has ${weak.length} answers and the strong model ${strong.length}, but there are ${Q} scores.`,
      { code: 'shape-mismatch' },
    );
  }
  if (Q === 0)
    throw new EmbedLLMError('A deferral curve needs at least one question.', {
      code: 'invalid-argument',
    });
  for (let q = 0; q < Q; q++) {
    const sum = scores[q]! + weak[q]! + strong[q]!;
    if (!Number.isFinite(sum)) {
      throw new EmbedLLMError(`The score or quality of question ${q} is not a finite number.`, {
        code: 'not-finite',
      });
    }
  }
  const order = Array.from({ length: Q }, (_, q) => q).sort((a, b) => scores[b]! - scores[a]!);
  let quality = 0;
  for (let q = 0; q < Q; q++) quality += weak[q]! / Q;
  const weakQuality = quality;
  const shares = [0];
  const qualities = [quality];
  order.forEach((q, position) => {
    quality += (strong[q]! - weak[q]!) / Q;
    const isLastOfTie = scores[order[position + 1] ?? -1] !== scores[q];
    if (isLastOfTie) {
      shares.push((position + 1) / Q);
      qualities.push(quality);
    }
  });
  return { shares, qualities, weakQuality, strongQuality: quality };
}

/**
 * APGR, the average performance gap recovered of RouteLLM (Ong et al., arXiv 2406.18665): the
 * mean over all shares c of calls to the strong model of
 * (quality(c) - weak) / (strong - weak). 0.5 for random choice, 1 at most times the gap.
 *
 * @throws EmbedLLMError `invalid-argument` when the strong model is not better.
 */
export function averagePerformanceGapRecovered(curve: DeferralCurve): number {
  const { shares, qualities, weakQuality, strongQuality } = curve;
  const gap = strongQuality - weakQuality;
  if (!(gap > 0)) {
    throw new EmbedLLMError(
      `The strong model must be better than the weak one, but their qualities are ${strongQuality} and ${weakQuality}.`,
      { code: 'invalid-argument' },
    );
  }
  let area = 0;
  for (let index = 1; index < shares.length; index++) {
    const width = shares[index]! - shares[index - 1]!;
    area += (width * (qualities[index]! + qualities[index - 1]!)) / 2;
  }
  return (area - weakQuality) / gap;
}

/**
 * CPT(x), the call-performance threshold of RouteLLM: the least share of calls to the strong model
 * that recovers the share x of the gap; `undefined` where no share does.
 *
 * @param recovered - x, from 0 to 1.
 */
export function callPerformanceThreshold(
  curve: DeferralCurve,
  recovered: number,
): number | undefined {
  const { shares, qualities, weakQuality, strongQuality } = curve;
  const wanted = weakQuality + recovered * (strongQuality - weakQuality);
  const index = qualities.findIndex((quality) => quality >= wanted - 1e-12);
  if (index <= 0) return index === 0 ? 0 : undefined;
  const [left, right] = [qualities[index - 1]!, qualities[index]!];
  const share = right > left ? Math.min(1, Math.max(0, (wanted - left) / (right - left))) : 1;
  const from = shares[index - 1]!;
  return from + share * (shares[index]! - from);
}
