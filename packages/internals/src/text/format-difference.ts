/** A difference and its bounds, `-0.0035 [-0.031, +0.024]`; empty for none. */
export function formatDifference(
  difference:
    | {
        readonly mean: number;
        readonly lower: number | undefined;
        readonly upper: number | undefined;
      }
    | undefined,
): string {
  if (!difference || !Number.isFinite(difference.mean)) return '';
  const { mean, lower, upper } = difference;
  const bounds =
    lower === undefined || upper === undefined ? '' : ` [${signed(lower, 3)}, ${signed(upper, 3)}]`;
  return `${signed(mean, 4)}${bounds}`;
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  // Nothing is neither above nor below.
  if (Number(text) === 0) return text.replace('-', '');
  return value > 0 ? `+${text}` : text;
}
