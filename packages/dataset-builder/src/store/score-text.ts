const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;

/**
 * The score that a field says, `undefined` where it says none.
 *
 * @param strict - Only 0, 1, 0.0 and 1.0; else any decimal number from 0 to 1, true and false.
 */
export function parseScore(text: string, strict: boolean): number | undefined {
  if (text === '1' || text === '1.0') return 1;
  if (text === '0' || text === '0.0') return 0;
  if (strict) return undefined;
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (lower === 'true') return 1;
  if (lower === 'false') return 0;
  if (!DECIMAL.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value >= 0 && value <= 1 ? value : undefined;
}
