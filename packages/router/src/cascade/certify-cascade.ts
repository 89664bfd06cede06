import { checkNumber } from '@embedllm/internals';
import { isMeanBelowZero } from '../guarantee/betting-test.js';
import { type CascadeLog, checkLog } from './cascade-log.js';
import type { CascadeGate } from './fit-gate.js';

/** What `certifyCascade` takes. */
export interface CertifyCascadeOptions {
  /** The share of the better model's quality to keep, from 0 to 1. */
  readonly share: number;
  /** How sure to be, from 0.5 to below 1. @default 0.9 */
  readonly confidence?: number | undefined;
  /** Fitted on other requests. @default agreement alone decides */
  readonly gate?: CascadeGate | undefined;
}

/** A cascade that keeps a share of the quality. */
export interface CertifiedCascade {
  /**
   * The first model's answer is taken where the gate gives it at least this probability; without a gate, where
   * they agree (0.5).
   */
  readonly threshold: number;
  /** Share of requests that are not escalated. */
  readonly accepted: number;
  /** What it costs as a share of the better model alone, as `CascadeAdvice.costRatio`. */
  readonly costRatio: number;
}

/**
 * The cascade that escalates least while it keeps a share of the better model's quality, with a confidence:
 * thresholds are tested from strict to lax (learn then test, fixed sequence, arXiv 2110.01052) by a betting test
 * of a bounded mean (arXiv 2010.09686), which holds for any number of requests exchangeable with those of the log.
 *
 * @returns `undefined` where no threshold can be shown to keep the share.
 * @throws EmbedLLMError as `adviseCascade`, or on a share or confidence out of range.
 */
export function certifyCascade(
  log: CascadeLog,
  { share, confidence = 0.9, gate }: CertifyCascadeOptions,
): CertifiedCascade | undefined {
  checkNumber('share', share, { min: 0, max: 1 });
  checkNumber('confidence', confidence, { min: 0.5, below: 1 });
  const N = checkLog(log);
  const { agreed, first, better, firstCostsUsd, betterCostsUsd, predicted } = log;
  const scores = Float64Array.from({ length: N }, (_, n) =>
    gate
      ? gate.probability(agreed[n]! > 0.5, predicted && [predicted.first[n]!, predicted.better[n]!])
      : agreed[n]!,
  );
  const thresholds = gate ? Array.from({ length: 41 }, (_, k) => 1 - k / 40) : [0.5];
  let certified: CertifiedCascade | undefined;
  for (const threshold of thresholds) {
    const losses = Array.from(
      { length: N },
      (_, n) => share * better[n]! - (scores[n]! >= threshold ? first[n]! : better[n]!),
    );
    if (!isMeanBelowZero(losses, -1, share, 1 - confidence)) break;
    let [cost, strong, accepted] = [0, 0, 0];
    for (let n = 0; n < N; n++) {
      const isAccepted = scores[n]! >= threshold;
      accepted += Number(isAccepted) / N;
      cost += firstCostsUsd[n]! + (isAccepted ? 0 : betterCostsUsd[n]!);
      strong += betterCostsUsd[n]!;
    }
    certified = { threshold, accepted, costRatio: cost / strong };
  }
  return certified;
}
