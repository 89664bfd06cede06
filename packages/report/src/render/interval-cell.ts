import type { ReportInterval } from '../content/section.js';
import { formatBounds, formatDifference, formatNumber } from './format.js';
import { type Html, html } from './html.js';

/** Bounds are uncertain themselves: they need a digit less than the figure. */
const BOUND_DIGITS = 3;

/** A figure with its bounds below it. */
export function intervalCell(interval: ReportInterval | undefined, digits = 4): Html {
  return interval === undefined
    ? html`${formatNumber(undefined, digits)}`
    : html`${formatNumber(interval.mean, digits)}<span class="range">${formatBounds(interval, BOUND_DIGITS)}</span>`;
}

/** The same for a difference, which always says its sign. */
export function differenceCell(interval: ReportInterval | undefined, digits = 4): Html {
  if (interval === undefined) return html`${formatDifference(undefined, digits)}`;
  const { mean, lower, upper } = interval;
  const bounds =
    lower === undefined || upper === undefined
      ? ''
      : `[${formatDifference(lower, BOUND_DIGITS)}, ${formatDifference(upper, BOUND_DIGITS)}]`;
  return html`${formatDifference(mean, digits)}<span class="range">${bounds}</span>`;
}
