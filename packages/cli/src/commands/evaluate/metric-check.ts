import { decimalCommaHint, didYouMean, figure, quantity } from '@embedllm/internals';
import { UsageError } from '../../program/failure.js';

/** Questions that a verdict needs by default. */
const DEFAULT_MINIMUM_QUESTIONS = 20;

/** A figure that was checked; plain JSON. */
export interface MetricCheck {
  /** As the user wrote it. */
  readonly check: string;
  readonly value: number | undefined;
  /** `undecided` where the figure cannot be computed, or there are too few questions. */
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** In words. */
  readonly message: string;
}

/** What figures were measured on, and how much of it a verdict needs. */
export interface MetricCheckOptions {
  /** Questions with at least one label. */
  readonly questions: number;
  /** An integer from 0. @default 20 */
  readonly minQuestions?: number | undefined;
}

/**
 * Checks figures against bounds such as `auroc>=0.8` or `logLoss<0.5`.
 *
 * @throws UsageError on a malformed check or an unknown figure.
 */
export function checkMetrics(
  checks: readonly string[],
  figures: Readonly<Record<string, number | undefined>>,
  { questions, minQuestions = DEFAULT_MINIMUM_QUESTIONS }: MetricCheckOptions,
): MetricCheck[] {
  return parseChecks(checks).map(({ check, name, operator, limit }) => {
    if (!Object.hasOwn(figures, name)) {
      throw new UsageError(
        `Unknown metric ${name} in --require.${didYouMean(name, Object.keys(figures))} Available: ${Object.keys(figures).join(', ')}.`,
      );
    }
    const value = figures[name];
    const undecided = (why: string): MetricCheck => ({
      check,
      value,
      verdict: 'undecided',
      message: `undecided: ${check} (${why})`,
    });
    if (value === undefined || !Number.isFinite(value)) {
      return undecided('this metric cannot be computed from these labels');
    }
    if (questions < minQuestions) {
      return undecided(
        `it is ${figure(value)} on ${quantity(questions, 'question')} with labels, but a verdict needs ${minQuestions} (--min-questions)`,
      );
    }
    const verdict = holds(value, operator, limit) ? 'pass' : 'fail';
    return { check, value, verdict, message: `${verdict}: ${check} (it is ${figure(value)})` };
  });
}

/** Finds a slip before anything is measured. */
export function assertChecks(checks: readonly string[]): void {
  parseChecks(checks);
}

function parseChecks(checks: readonly string[]) {
  return checks.map((check) => {
    const [, name = '', operator, bound] =
      /^\s*([A-Za-z]+)\s*(>=|<=|>|<)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/.exec(check) ?? [];
    const limit = Number(bound);
    if (operator === undefined || Number.isNaN(limit)) {
      throw new UsageError(
        `--require takes a metric and a bound, such as auroc>=0.8, not ${check}.${decimalCommaHint(/[\d.,-]+\s*$/.exec(check)?.[0])}`,
      );
    }
    return { check, name, operator, limit };
  });
}

function holds(value: number, operator: string, limit: number): boolean {
  if (operator === '>=') return value >= limit;
  if (operator === '<=') return value <= limit;
  return operator === '>' ? value > limit : value < limit;
}
