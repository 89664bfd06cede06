import { answerAsked, beginAnswer } from './answer-asked.js';
import { modelsOf } from './configuration/read-cascades.js';
import { estimateItems } from './costs/estimate-tokens.js';
import type { Exchange } from './exchange.js';
import { readTokenCountRequest } from './http/messages-request.js';
import { readJsonBody } from './http/read-body.js';
import { canTake, isAlias } from './list-models.js';
import { MESSAGES } from './protocol/messages.js';

/**
 * Answers `POST /v1/messages/count_tokens`. For a name that is routed, the first model counts that can
 * and that the key may use: models of one protocol count nearly alike, and nothing is answered. Where no model can
 * that takes messages, the count is an estimate, and the header `x-embedllm-estimated` says so.
 */
export async function answerTokenCount(exchange: Exchange): Promise<Response> {
  const { state, account } = exchange;
  const body = await readJsonBody(exchange, state.configuration.limits);
  const request = readTokenCountRequest(body);
  const { model, protocol } = request;
  const cascade = state.configuration.routing.cascades.get(model);
  const named = isAlias(state, model)
    ? (cascade ? modelsOf(cascade) : state.routable).filter(
        (name) => account?.key.models?.includes(name) !== false,
      )
    : [model];
  const candidates = named.filter((name) => canTake(state, name, protocol));
  if (candidates.length === 0 && named.some((name) => canTake(state, name, MESSAGES))) {
    const { messages, tools } = request.body;
    const hasTools = Array.isArray(tools) && tools.length > 0;
    const { likely } = estimateItems(messages, hasTools, body.bytes);
    return await answerAsked(exchange, { ...request, protocol: MESSAGES }, async () =>
      Response.json({ input_tokens: likely }, { headers: { 'x-embedllm-estimated': 'true' } }),
    );
  }
  return await answerAsked(exchange, request, () =>
    beginAnswer(exchange, request, candidates.slice(0, state.configuration.routing.candidates)),
  );
}
