import type { ReportInterval } from '../content/section.js';

/** What stands where there is no figure. */
const NO_FIGURE = '–';

/** `0.9261`; a dash for nothing. */
export function formatNumber(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? NO_FIGURE : signed(value.toFixed(digits));
}

/** `+0.0123`: differences always say their sign. */
export function formatDifference(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return NO_FIGURE;
  return `${value >= 0 ? '+' : ''}${formatNumber(value, digits)}`;
}

/** `92.6%`, from a share. */
export function formatPercent(share: number | undefined, digits = 1): string {
  const number = formatNumber(share === undefined ? undefined : 100 * share, digits);
  return number === NO_FIGURE ? number : `${number}%`;
}

/** `128,465`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `[0.894, 0.958]`; empty without bounds. */
export function formatBounds({ lower, upper }: ReportInterval, digits: number): string {
  return lower === undefined || upper === undefined
    ? ''
    : `[${formatNumber(lower, digits)}, ${formatNumber(upper, digits)}]`;
}

/** Dollars for a thousand questions: `$0.026`. */
export function formatCostPerThousand(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return NO_FIGURE;
  const value = 1000 * usd;
  return `$${value === 0 ? '0' : Number(value.toPrecision(3)).toString()}`;
}

/** One `question`, two `questions`. */
export function formatQuantity(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A minus sign instead of a hyphen, and no negative zero. */
function signed(text: string): string {
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace('-', '−');
}
