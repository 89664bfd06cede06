import { answerAsked, beginAnswer } from './answer-asked.js';
import type { Exchange } from './exchange.js';
import { readTokenCountRequest } from './http/messages-request.js';
import { readJsonBody } from './http/read-body.js';
import { canTake } from './list-models.js';

/**
 * Answers `POST /v1/messages/count_tokens`. For a name that is routed, the first model counts that can
 * and that the key may use: models of one protocol count nearly alike, and nothing is answered.
 */
export async function answerTokenCount(exchange: Exchange): Promise<Response> {
  const { state, account } = exchange;
  const request = readTokenCountRequest(await readJsonBody(exchange, state.configuration.limits));
  return await answerAsked(exchange, request, () => {
    const candidates = state.policies.has(request.model)
      ? state.routable.filter(
          (name) =>
            canTake(state, name, request.protocol) && account?.key.models?.includes(name) !== false,
        )
      : [request.model];
    return beginAnswer(
      exchange,
      request,
      candidates.slice(0, state.configuration.routing.candidates),
    );
  });
}
