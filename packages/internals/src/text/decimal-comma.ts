/** Digits with one comma in them, as decimals are written in much of Europe; but not `1,000`. */
const DECIMAL_COMMA = /^(?![+-]?[1-9]\d{0,2},\d{3}$)[+-]?\d*,\d+$/;

/** ` Write decimals with a point: 0.5.` after the sentence that refuses `0,5`; empty for any other value. */
export function decimalCommaHint(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (!DECIMAL_COMMA.test(text)) return '';
  return ` Write decimals with a point: ${text.replace(',', '.')}.`;
}
