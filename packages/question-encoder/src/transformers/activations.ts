/** A function that a dense layer applies to each component. */
export type Activation = 'identity' | 'tanh' | 'relu' | 'gelu' | 'silu' | 'sigmoid';

export const ACTIVATIONS: readonly Activation[] = [
  'identity',
  'tanh',
  'relu',
  'gelu',
  'silu',
  'sigmoid',
];

const FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  identity: (x) => x,
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x / (1 + Math.exp(-x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** The value of an activation at x, to about 1e-7. */
export function activate(activation: Activation, x: number): number {
  return FUNCTIONS[activation](x);
}

/** The error function, by formula 7.1.26 of Abramowitz and Stegun: within 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}
