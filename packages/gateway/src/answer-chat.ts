import { lastUserQuestion } from '@embedllm/router';
import { answerAsked, beginAnswer } from './answer-asked.js';
import { candidatesOf, decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { type ChatRequest, readChatRequest } from './http/chat-request.js';
import { readMessagesRequest } from './http/messages-request.js';
import { type JsonBody, readJsonBody } from './http/read-body.js';
import { readResponsesRequest } from './http/responses-request.js';

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
  return await answerAsked(exchange, chat, async () => {
    const decision = state.policies.has(chat.model) ? await decide(exchange, chat) : undefined;
    notes.decision = decision;
    if (exchange.decisionLog?.isOn) notes.question = lastUserQuestion(chat.messages);
    const candidates = decision ? candidatesOf(decision, state) : [chat.model];
    return await beginAnswer(exchange, chat, candidates);
  });
}
