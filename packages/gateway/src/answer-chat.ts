import { lastUserQuestion } from '@embedllm/router';
import { answerAsked, beginAnswer } from './answer-asked.js';
import { candidatesOf, decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { readChatRequest } from './http/chat-request.js';
import { readJsonBody } from './http/read-body.js';

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(exchange: Exchange): Promise<Response> {
  const { state, notes } = exchange;
  const chat = readChatRequest(await readJsonBody(exchange, state.configuration.limits));
  return await answerAsked(exchange, chat, async () => {
    const decision = state.policies.has(chat.model) ? await decide(exchange, chat) : undefined;
    notes.decision = decision;
    if (exchange.decisionLog?.isOn) notes.question = lastUserQuestion(chat.messages);
    const candidates = decision ? candidatesOf(decision, state) : [chat.model];
    return await beginAnswer(exchange, chat, candidates);
  });
}
