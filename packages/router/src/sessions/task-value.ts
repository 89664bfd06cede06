import type { SessionCandidate } from './session-candidate.js';

const MILLION = 1e6;

/** What is known of a task, whichever model takes it. */
export interface TaskShape {
  /** Tokens that its next call reads. */
  readonly inputTokens: number;
  readonly growthTokens?: number | undefined;
  readonly furtherCalls: number;
  readonly worthUsd: number;
}

/** What the rest of a task costs with a model: the next call, and `furtherCalls` after it. */
export function taskCostUsd(
  { price, warmTokens = 0, outputTokens = 0 }: SessionCandidate,
  { inputTokens, growthTokens = 0, furtherCalls }: TaskShape,
): number {
  const { cachedInput, cacheWrite, output } = price;
  const warm = Math.min(warmTokens, inputTokens);
  const first = cachedInput * warm + cacheWrite * (inputTokens - warm) + output * outputTokens;
  const read =
    furtherCalls * inputTokens + ((furtherCalls * (furtherCalls - 1)) / 2) * growthTokens;
  const later =
    cachedInput * Math.max(read, 0) +
    furtherCalls * (cacheWrite * growthTokens + output * outputTokens);
  return (first + later) / MILLION;
}

/**
 * What a task that follows is worth less its cost, in US dollars, if a model takes the one at hand: then that model's
 * cache holds what the last call read, the others have forgotten theirs, and of each such task the model of the
 * largest value takes over. The mean over `laterProbabilities`; 0 without any.
 */
export function laterValueUsd(
  taken: SessionCandidate,
  candidates: readonly SessionCandidate[],
  task: TaskShape,
): number {
  const { length } = taken.laterProbabilities ?? [];
  if (length === 0) return 0;
  const { inputTokens, growthTokens = 0, furtherCalls, worthUsd } = task;
  const held = inputTokens + furtherCalls * growthTokens;
  const next = { ...task, inputTokens: held + growthTokens };
  const costs = candidates.map((one) =>
    taskCostUsd({ ...one, warmTokens: one === taken ? held : 0 }, next),
  );
  let total = 0;
  for (let index = 0; index < length; index++) {
    let best = Number.NEGATIVE_INFINITY;
    candidates.forEach(({ laterProbabilities = [] }, at) => {
      best = Math.max(best, worthUsd * (laterProbabilities[index] ?? 0) - (costs[at] ?? 0));
    });
    total += best / length;
  }
  return total;
}
