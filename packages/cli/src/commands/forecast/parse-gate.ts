import { decimalCommaHint } from '@embedllm/internals';
import { UsageError } from '../../program/failure.js';

/**
 * Reads a check of `--require`, such as `gsm8k>=0.8`.
 *
 * @throws UsageError on anything else.
 */
export function parseGate(text: string): { benchmark: string; minimum: number } {
  const [, benchmark, operator, bound = ''] =
    /^(.+?)\s*(>=?)\s*([\d.,]+)$/s.exec(text.trim()) ?? [];
  const minimum = Number(bound || Number.NaN);
  if (benchmark === undefined || !(minimum >= 0 && minimum <= 1)) {
    throw new UsageError(
      `--require takes a benchmark and an accuracy from 0 to 1, such as gsm8k>=0.8, not ${text}.${decimalCommaHint(bound)}`,
    );
  }
  if (operator === '>') {
    throw new UsageError(
      `--require ${text}: a model passes that reaches the accuracy, so write ${benchmark}>=${bound}.`,
    );
  }
  return { benchmark, minimum };
}
