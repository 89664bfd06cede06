/**
 * Answers to one question, given how many models answered correctly: if models answer
 * independently with success odds w_m e^δ, the sum r is sufficient for the question's difficulty δ,
 * so that P(answers | r) does not depend on it (conditional likelihood of Rasch, 1960; Andersen,
 * 1970). Single and pairwise chances follow from Poisson-binomial distributions with one or two
 * models taken out.
 */
export class ConditionalAnswers {
  readonly #p: Float64Array;
  readonly #sum: number;
  /** P(sum = k), k from 0 to n, at the tilt where the mean is r. */
  readonly #pmf: Float64Array;
  readonly #without: Float64Array;
  readonly #withoutTwo: Float64Array;

  /**
   * @param logits - Of the models that were asked, up to a common constant, n of them.
   * @param sum - r, from 1 to n - 1.
   */
  constructor(logits: Float64Array, sum: number) {
    const n = logits.length;
    this.#sum = sum;
    this.#p = tiltToMean(logits, sum);
    this.#pmf = new Float64Array(n + 1);
    this.#pmf[0] = 1;
    for (let m = 0; m < n; m++) {
      const p = this.#p[m]!;
      for (let k = m + 1; k > 0; k--) {
        this.#pmf[k] = this.#pmf[k]! * (1 - p) + this.#pmf[k - 1]! * p;
      }
      this.#pmf[0] = this.#pmf[0]! * (1 - p);
    }
    this.#without = new Float64Array(n + 1);
    this.#withoutTwo = new Float64Array(n + 1);
  }

  /** P(model m is right | r). */
  single(m: number): number {
    takeOut(this.#pmf, this.#pmf.length, this.#p[m]!, this.#without);
    const p = this.#p[m]!;
    return clamp((p * this.#without[this.#sum - 1]!) / this.#pmf[this.#sum]!);
  }

  /** P(models a and b are both right or both wrong | r), for each b in `others`. */
  agreement(a: number, others: ArrayLike<number>, target: Float64Array): void {
    const n = this.#p.length;
    const r = this.#sum;
    const total = this.#pmf[r]!;
    const pa = this.#p[a]!;
    takeOut(this.#pmf, n + 1, pa, this.#without);
    for (let i = 0; i < others.length; i++) {
      const pb = this.#p[others[i]!]!;
      takeOut(this.#without, n, pb, this.#withoutTwo);
      const bothRight = r >= 2 ? pa * pb * this.#withoutTwo[r - 2]! : 0;
      const bothWrong = r <= n - 2 ? (1 - pa) * (1 - pb) * this.#withoutTwo[r]! : 0;
      target[i] = clamp((bothRight + bothWrong) / total);
    }
  }
}

/** Removes a trial of probability p from the distribution of a sum, in the stable direction. */
function takeOut(pmf: Float64Array, length: number, p: number, target: Float64Array): void {
  if (p <= 0.5) {
    let before = 0;
    for (let k = 0; k < length - 1; k++) {
      before = (pmf[k]! - p * before) / (1 - p);
      target[k] = before;
    }
  } else {
    let after = 0;
    for (let k = length - 1; k > 0; k--) {
      after = (pmf[k]! - (1 - p) * after) / p;
      target[k - 1] = after;
    }
  }
}

/** Probabilities sigmoid(logit + δ) with sum r, so that P(sum = r) is never tiny. */
function tiltToMean(logits: Float64Array, sum: number): Float64Array {
  const p = new Float64Array(logits.length);
  let low = -60;
  let high = 60;
  let tilt = 0;
  for (let step = 0; step < 60; step++) {
    let mean = 0;
    let slope = 0;
    for (let m = 0; m < logits.length; m++) {
      const value = 1 / (1 + Math.exp(-(logits[m]! + tilt)));
      p[m] = value;
      mean += value;
      slope += value * (1 - value);
    }
    if (Math.abs(mean - sum) < 1e-6) break;
    if (mean < sum) low = tilt;
    else high = tilt;
    const next = tilt + (sum - mean) / slope;
    tilt = next > low && next < high ? next : (low + high) / 2;
  }
  return p;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
