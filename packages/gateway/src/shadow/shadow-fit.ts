import { hasRoom } from '../costs/model-facts.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { canTake } from '../list-models.js';
import { narrowingOf } from '../narrow.js';

/** Members by which an upstream does more than answer. */
const ACTING = ['functions', 'plugins', 'web_search_options', 'mcp_servers', 'container'];
/** What every model may be asked for. */
const ANY: ReadonlySet<string> = new Set(['json']);

/**
 * Whether a model may be asked the same in the background. Requests with tools are not: those that an upstream runs
 * would act twice, and a call of another one is not an answer that could be judged. Nor are those that continue what an
 * upstream has kept, ask for several choices, or that the client has narrowed; the model may be one that its key
 * does not allow, too short, or not known to see images.
 */
export function fitsShadow(exchange: Exchange, request: ChatRequest, model: string): boolean {
  const { state, account, decisionLog } = exchange;
  const { protocol, bound, choices, capabilities, messages, body } = request;
  if (decisionLog?.isOn !== true || bound !== undefined || choices !== 1) return false;
  if (!canTake(state, model, protocol)) return false;
  if (account?.key.models?.includes(model) === false) return false;
  if (narrowingOf(exchange, request.model) !== undefined) return false;
  if (ACTING.some((name) => body[name] !== undefined && body[name] !== null)) return false;
  if (messages.some(({ role }) => role === 'tool' || role === 'function')) return false;
  const facts = state.facts.get(model);
  const able = facts?.capabilities ?? [];
  const isTool = (name: string): boolean => name === 'tools';
  if (capabilities.some((name) => isTool(name) || !(ANY.has(name) || able.includes(name)))) {
    return false;
  }
  return hasRoom(facts, request);
}
