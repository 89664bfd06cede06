import { decide } from '../decide.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';

/**
 * Decides while the answer is on its way, and acts on nothing: the log of the request gets what the router would have
 * chosen. Nobody waits for it, and where it fails the client does not notice.
 *
 * @param use - The model that answers.
 */
export function decideInShadow(exchange: Exchange, request: ChatRequest, use: string): void {
  const { notes, metrics } = exchange;
  notes.shadow = true;
  const count = (result: 'same' | 'other' | 'failed'): void => {
    metrics.shadows.add({ model: use, result });
  };
  decide(exchange, request, undefined).then(
    (decision) => {
      notes.decision = decision;
      count(decision.model.name === use ? 'same' : 'other');
    },
    () => count('failed'),
  );
}
