import { UsageError } from '../program/failure.js';

/** A figure that was checked. */
export interface MetricCheck {
  /** As the user wrote it. */
  readonly check: string;
  readonly value: number | undefined;
  readonly holds: boolean;
}

/**
 * Checks figures against bounds such as `auroc>=0.8` or `logLoss<0.5`. A figure that cannot be
 * computed does not hold.
 *
 * @throws UsageError on a malformed check or an unknown figure.
 */
export function checkMetrics(
  checks: readonly string[],
  figures: Readonly<Record<string, number | undefined>>,
): MetricCheck[] {
  return checks.map((check) => {
    const [, name = '', operator, bound] =
      /^\s*([A-Za-z]+)\s*(>=|<=|>|<)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/.exec(check) ?? [];
    const limit = Number(bound);
    if (operator === undefined || Number.isNaN(limit)) {
      throw new UsageError(`--require takes a figure and a bound, as auroc>=0.8, not ${check}.`);
    }
    if (!Object.hasOwn(figures, name)) {
      throw new UsageError(
        `--require knows no figure ${name}; there are ${Object.keys(figures).join(', ')}.`,
      );
    }
    const value = figures[name];
    return { check, value, holds: value !== undefined && holds(value, operator, limit) };
  });
}

function holds(value: number, operator: string, limit: number): boolean {
  if (operator === '>=') return value >= limit;
  if (operator === '<=') return value <= limit;
  return operator === '>' ? value > limit : value < limit;
}
