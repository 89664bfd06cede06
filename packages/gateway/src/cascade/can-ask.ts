import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';

/**
 * Whether the models of a cascade that are asked first can answer a request: it has no tools, continues nothing
 * that an upstream has kept, and needs neither more room nor other capabilities than they are known to have.
 */
export function canAsk({ state }: Exchange, request: ChatRequest, ask: readonly string[]): boolean {
  const { bound, capabilities, input, maxTokens = 0 } = request;
  if (bound !== undefined || capabilities.includes('tools')) return false;
  return ask.every((name) => {
    const { contextLength = Number.POSITIVE_INFINITY } = state.facts.get(name) ?? {};
    const info = state.router?.models.find((model) => model.name === name);
    const known = state.configuration.models.get(name)?.capabilities ?? info?.capabilities;
    const isAble = capabilities.every((needed) => known?.includes(needed) !== false);
    return isAble && input.likely + maxTokens <= contextLength;
  });
}
