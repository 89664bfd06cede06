import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import type { ChatRequest } from '../http/chat-request.js';
import { checkModel } from '../limits/check-request.js';
import { canTake } from '../list-models.js';

/**
 * The model that gave the answer which a request continues; only its upstream has kept it. Where there is one
 * upstream alone, any of its models will do.
 *
 * @throws ApiError 400 where it is not known which upstream that is.
 */
export async function continuedAnswer(
  exchange: Exchange,
  { body, protocol }: ChatRequest,
): Promise<string | undefined> {
  const { previous_response_id: id } = body;
  if (typeof id !== 'string') return undefined;
  const { state, account } = exchange;
  const model = await state.sessions.find(answerName(exchange, id));
  if (model !== undefined && state.configuration.models.has(model)) {
    if (account) checkModel(account.key, model, false);
    return model;
  }
  const speaking = state.routable.flatMap((name) =>
    canTake(state, name, protocol, true) ? [state.configuration.models.get(name)?.upstream] : [],
  );
  if (new Set(speaking).size <= 1) return undefined;
  throw new ApiError(
    400,
    'The gateway does not know which model gave this response. Name the model, or send the conversation itself.',
    { code: 'unknown_previous_response', param: 'previous_response_id' },
  );
}

/** Keeps who gave an answer that its upstream has kept under an id. */
export async function keepAnswer(exchange: Exchange, id: string, model: string): Promise<void> {
  const { sessions, configuration } = exchange.state;
  await sessions.keep(answerName(exchange, id), model, configuration.routing.sessions);
}

function answerName({ notes }: Exchange, id: string): string {
  return JSON.stringify(['answer', notes.client ?? '', id]);
}
