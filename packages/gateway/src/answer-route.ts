import { decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import { neededBy, readMessages } from './http/chat-request.js';
import { readJsonBody } from './http/read-body.js';
import { checkModel } from './limits/check-request.js';
import { takePlace } from './take-place.js';

/** Answers `POST /v1/route`: the decision alone, for `messages` or a `question`. */
export async function answerRoute(exchange: Exchange): Promise<Response> {
  const { state, account } = exchange;
  const { value: body } = await readJsonBody(exchange, state.configuration.limits);
  const { question } = body;
  if (question !== undefined && (typeof question !== 'string' || question.trim() === '')) {
    throw new ApiError(400, '`question` must be a string.', { param: 'question' });
  }
  const messages =
    question === undefined ? readMessages(body.messages) : [{ role: 'user', content: question }];
  const { model = 'auto' } = body;
  if (typeof model !== 'string' || !state.policies.has(model)) {
    const names = [...state.policies.keys()].join(', ');
    throw new ApiError(400, `\`model\` must be one of ${names}.`, { param: 'model' });
  }
  if (account) checkModel(account.key, model, true);
  await account?.countRequest();
  await takePlace(exchange);
  const capabilities = neededBy(messages, body);
  return Response.json(await decide(exchange, { model, messages, capabilities }));
}
