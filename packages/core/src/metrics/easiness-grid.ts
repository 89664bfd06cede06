/** Values of easiness in logits over which `fitTwoWay` integrates. */
export const EASINESS_GRID: readonly number[] = Array.from({ length: 13 }, (_, index) => index - 6);
/** Standard deviation of easiness, in logits, before any question is seen. */
const SPREAD = 2;

/** A broad normal distribution around the easiness at which a middling model has `share` right. */
export function startingWeights(share: number): Float64Array {
  const centre = Math.log(share / (1 - share));
  const weights = Float64Array.from(EASINESS_GRID, (value) =>
    Math.exp(-0.5 * ((value - centre) / SPREAD) ** 2),
  );
  normalize(weights);
  return weights;
}

/** Makes weights add up to 1, where they are. */
export function normalize(weights: Float64Array): void {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index]!;
  for (let index = 0; index < weights.length; index++) {
    weights[index] = weights[index]! / sum;
  }
}

/** The variance of easiness under weights that add up to 1. */
export function spread(weights: Float64Array): number {
  let [mean, square] = [0, 0];
  weights.forEach((weight, k) => {
    const value = EASINESS_GRID[k]!;
    mean += weight * value;
    square += weight * value * value;
  });
  return Math.max(0, square - mean * mean);
}
