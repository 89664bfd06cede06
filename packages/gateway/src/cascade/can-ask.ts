import { hasRoom } from '../costs/model-facts.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';

/**
 * Whether the models of a cascade that are asked first can answer a request: it has no tools, continues nothing
 * that an upstream has kept, and needs neither more room nor other capabilities than they are known to have.
 */
export function canAsk({ state }: Exchange, request: ChatRequest, ask: readonly string[]): boolean {
  const { bound, capabilities } = request;
  if (bound !== undefined || capabilities.includes('tools')) return false;
  return ask.every((name) => {
    const facts = state.facts.get(name);
    const isAble = capabilities.every((needed) => facts?.capabilities?.includes(needed) !== false);
    return isAble && hasRoom(facts, request);
  });
}
