/** `0.8312` as `83.1%`. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** Dollars for a thousand questions from those for one, with two digits that count: `$0.021`. */
export function usdPerThousand(usd: number): string {
  const value = 1000 * usd;
  if (value === 0) return '$0';
  const digits = Math.max(0, 1 - Math.floor(Math.log10(value)));
  return `$${value.toFixed(Math.min(digits, 12))}`;
}

/** A number without needless digits. */
export function plainNumber(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}
