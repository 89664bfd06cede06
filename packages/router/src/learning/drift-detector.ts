/** Shifts of a model's logits that the detector looks for. */
const SHIFTS = [-2, -1, -0.5, 0.5, 1, 2];

/**
 * Notices when a model no longer answers as predicted: a Shiryaev-Roberts statistic for each
 * shift δ of its logits, R ← (1 + R) L with the likelihood ratio L of σ(z + δ) against σ(z), and
 * an alarm when their mean reaches the wanted run length (an e-detector, Shin, Ramdas and Rinaldo
 * 2023, arXiv 2203.03532). As long as the predicted probabilities hold, R minus the number of
 * answers is a martingale, so that at least `runLength` answers pass on average before a false
 * alarm. For outcomes between 0 and 1 L is linear in the outcome, and only their mean needs to be
 * as predicted.
 */
export class DriftDetector {
  readonly #runLength: number;
  readonly #statistics = new Float64Array(SHIFTS.length);

  /**
   * @param runLength - Mean number of answers to a false alarm, from 1.
   * @param statistics - Of a detector that goes before. @default those of no answer yet
   */
  constructor(runLength: number, statistics: readonly number[] = []) {
    this.#runLength = runLength;
    this.#statistics.set(statistics);
  }

  /** R of each shift. */
  get statistics(): readonly number[] {
    return [...this.#statistics];
  }

  /**
   * Notes an answer.
   *
   * @param logit - As predicted before the answer.
   * @param outcome - From 0 to 1.
   * @returns the shift that explains the alarm best, or `undefined` without alarm. After an alarm
   * counting starts over.
   */
  note(logit: number, outcome: number): number | undefined {
    const p = 1 / (1 + Math.exp(-logit));
    let sum = 0;
    let best = 0;
    SHIFTS.forEach((shift, index) => {
      const q = 1 / (1 + Math.exp(-(logit + shift)));
      const ratio =
        (outcome * q) / Math.max(p, 1e-300) + ((1 - outcome) * (1 - q)) / Math.max(1 - p, 1e-300);
      const statistic = (1 + this.#statistics[index]!) * ratio;
      this.#statistics[index] = statistic;
      sum += statistic;
      if (statistic > this.#statistics[best]!) best = index;
    });
    if (sum / SHIFTS.length < this.#runLength) return undefined;
    this.#statistics.fill(0);
    return SHIFTS[best];
  }
}
