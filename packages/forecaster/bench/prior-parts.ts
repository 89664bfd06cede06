import type { AbilityPrior } from '../src/item-response/ability-prior.js';

/** Where abilities lie: kernels on the pool's models, or a normal distribution. */
export interface Part {
  readonly share: number;
  /** Mean and size in general ability, in deviations of the pool; kernels without it. */
  readonly general?: { readonly mean: number; readonly size: number };
  /** The same in mean logits, added to the pool's own size. */
  readonly logits?: { readonly mean: number; readonly added: number };
  /** Size in all other abilities. @default 1 */
  readonly others?: number;
}

const BROAD: Part = { share: 0.1, general: { mean: 0, size: 3 }, others: 3 };
/** Name of the prior of `AbilityDensity`. */
export const PRESENT = 'present prior';
export const PRIORS: Readonly<Record<string, readonly Part[]>> = {
  [PRESENT]: [{ share: 0.6 }, { share: 0.3, general: { mean: 2, size: Math.sqrt(5) } }, BROAD],
  'kernels alone': [{ share: 1 }],
  '0.7 ± 1 logits above the pool': [{ share: 1, logits: { mean: 0.7, added: 1 } }],
  'present, and 30% of that': [
    { share: 0.4 },
    { share: 0.2, general: { mean: 2, size: Math.sqrt(5) } },
    { share: 0.3, logits: { mean: 0.7, added: 1 } },
    BROAD,
  ],
  'kernels, 40% 0.7 ± 0.5, 15% 2 ± 1': [
    { share: 0.35 },
    { share: 0.4, logits: { mean: 0.7, added: 0.5 } },
    { share: 0.15, logits: { mean: 2, added: 1 } },
    BROAD,
  ],
  'kernels, 60% 1 ± 0.7': [{ share: 0.3 }, { share: 0.6, logits: { mean: 1, added: 0.7 } }, BROAD],
};
/**
 * Logarithm of the density of the abilities and the level that start at `at`, up to the constant of
 * `AbilityDensity`.
 *
 * @param logits - Mean logits of a standard deviation of general ability.
 */
export function logDensity(
  { mean, precision, centres, bandwidth, general }: AbilityPrior,
  parts: readonly Part[],
  logits: number,
  draws: Float64Array,
  at: number,
): number {
  const k = mean.length;
  const product = (a: Float64Array, b: Float64Array): number =>
    a.reduce(
      (sum, x, i) => sum + b.reduce((row, y, j) => row + x * y * precision[i * k + j]!, 0),
      0,
    );
  const x = mean.map((value, i) => draws[at + i]! - value);
  const [along, square] = [product(x, general), product(x, x)];
  let density = 0;
  for (const part of parts) {
    const { share, others = 1 } = part;
    const normal = part.logits
      ? { mean: part.logits.mean / logits, size: Math.hypot(1, part.logits.added / logits) }
      : part.general;
    if (normal) {
      const length =
        (square - along ** 2) / others ** 2 + ((along - normal.mean) / normal.size) ** 2;
      density += (share * Math.exp(-length / 2)) / (normal.size * others ** (k - 1));
      continue;
    }
    const models = centres.length / k;
    for (let start = 0; start < centres.length; start += k) {
      const y = x.map((value, i) => (value - centres[start + i]!) / bandwidth);
      density += (share / models) * Math.exp(-product(y, y) / 2) * bandwidth ** -k;
    }
  }
  return Math.log(density) - draws[at + k]! ** 2 / 2;
}
