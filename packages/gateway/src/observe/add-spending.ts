import type { RequestSpending } from './request-log.js';

/** What the calls of a request came to, with another one. */
export function addSpending(
  before: RequestSpending | undefined,
  call: RequestSpending,
): RequestSpending {
  if (before === undefined) return call;
  const costUsd =
    before.costUsd === undefined || call.costUsd === undefined
      ? undefined
      : before.costUsd + call.costUsd;
  return {
    inputTokens: before.inputTokens + call.inputTokens,
    cachedInputTokens: before.cachedInputTokens + call.cachedInputTokens,
    cacheWriteTokens: before.cacheWriteTokens + call.cacheWriteTokens,
    cacheWriteHourTokens: before.cacheWriteHourTokens + call.cacheWriteHourTokens,
    outputTokens: before.outputTokens + call.outputTokens,
    reasoningTokens: before.reasoningTokens + call.reasoningTokens,
    ...(costUsd === undefined ? {} : { costUsd }),
    // The calls before gave no answer.
    ...(call.baselineUsd === undefined ? {} : { baselineUsd: call.baselineUsd }),
    ...(before.isEstimated || call.isEstimated ? { isEstimated: true } : {}),
  };
}
