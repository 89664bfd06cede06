import type { ModelFacts } from '../costs/model-facts.js';
import type { CallSpending } from '../costs/token-usage.js';
import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import type { ChatRequest } from '../http/chat-request.js';

/**
 * Sets aside the most that one call of each model can take, until the request is over. So a cascade is refused
 * before anything is spent, and never left with answers that disagree and nothing to ask the better model with.
 *
 * @throws ApiError 402, 429 or 400 naming the limit of the key that does not allow all of them.
 */
export async function reserveCascade(
  exchange: Exchange,
  request: ChatRequest,
  models: readonly string[],
): Promise<void> {
  const { account, state } = exchange;
  if (!account) return;
  const facts = models.map((name) => state.facts.get(name) as ModelFacts);
  const settle = await account.reserveCall(request, ...facts).catch((error: unknown) => {
    if (!(error instanceof ApiError) || models.length === 1) throw error;
    const message = `${error.message} ${request.model} may ask ${models.length} models for it.`;
    throw new ApiError(error.status, message, error.options);
  });
  let total: CallSpending | undefined;
  for (const name of models) {
    exchange.reserved.set(name, (spending) => {
      total = sumOf(total, spending);
    });
  }
  exchange.hold(() => settle(total));
}

function sumOf(
  one: CallSpending | undefined,
  other: CallSpending | undefined,
): CallSpending | undefined {
  if (!one || !other) return one ?? other;
  return {
    input: one.input + other.input,
    cachedInput: one.cachedInput + other.cachedInput,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    cacheWriteHour: one.cacheWriteHour + other.cacheWriteHour,
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
    cost: one.cost + other.cost,
  };
}
