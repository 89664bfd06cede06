import { lastUserQuestion } from '@embedllm/router';
import { answerAsked, beginAnswer } from './answer-asked.js';
import { candidatesOf, decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { type ChatRequest, readChatRequest } from './http/chat-request.js';
import { readMessagesRequest } from './http/messages-request.js';
import { type JsonBody, readJsonBody } from './http/read-body.js';
import { readResponsesRequest } from './http/responses-request.js';
import { Session } from './session/session.js';

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(exchange: Exchange): Promise<Response> {
  return await answer(exchange, readChatRequest);
}

/** Answers `POST /v1/messages`. */
export async function answerMessages(exchange: Exchange): Promise<Response> {
  return await answer(exchange, readMessagesRequest);
}

/** Answers `POST /v1/responses`. */
export async function answerResponses(exchange: Exchange): Promise<Response> {
  return await answer(exchange, readResponsesRequest);
}

/** Asks the model that the router chooses, or the one that the request names. */
async function answer(
  exchange: Exchange,
  read: (body: JsonBody) => ChatRequest,
): Promise<Response> {
  const { state, notes } = exchange;
  const chat = read(await readJsonBody(exchange, state.configuration.limits));
  const ask = async (
    candidates: readonly string[],
    onAnswer?: (model: string) => Promise<void>,
  ): Promise<Response> => {
    if (exchange.decisionLog?.isOn) notes.question = lastUserQuestion(chat.messages);
    return await beginAnswer(exchange, chat, candidates, onAnswer);
  };
  return await answerAsked(exchange, chat, async () => {
    if (!state.policies.has(chat.model)) return await ask([chat.model]);
    const session = await Session.of(exchange, chat);
    const continued = await session.continued(chat);
    if (continued !== undefined) return await ask([continued]);
    const decision = await session.stay(await decide(exchange, chat));
    notes.decision = decision;
    return await ask(candidatesOf(decision, state), (model) => session.keep(model));
  });
}
