import { answerAsked, answerWith, beginAnswer } from './answer-asked.js';
import { askCascade } from './cascade/ask-cascade.js';
import { candidatesOf, decide } from './decide.js';
import type { Exchange } from './exchange.js';
import { type ChatRequest, readChatRequest } from './http/chat-request.js';
import { readMessagesRequest } from './http/messages-request.js';
import { type JsonBody, readJsonBody } from './http/read-body.js';
import { readResponsesRequest } from './http/responses-request.js';
import { checkModel } from './limits/check-request.js';
import { continuedAnswer } from './session/continued-answer.js';
import { Session } from './session/session.js';
import { loggedQuestion } from './session/session-question.js';
import { decideInShadow } from './shadow/decide-in-shadow.js';

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
  const logQuestion = (): void => {
    if (exchange.decisionLog?.isOn) notes.question = loggedQuestion(exchange, chat, session?.known);
  };
  const ask = async (candidates: readonly string[]): Promise<Response> => {
    logQuestion();
    return await beginAnswer(exchange, chat, candidates);
  };
  let session: Session | undefined;
  return await answerAsked(exchange, chat, async () => {
    const cascade = state.configuration.routing.cascades.get(chat.model);
    if (cascade) {
      logQuestion();
      return await answerWith(exchange, chat, askCascade(exchange, chat, cascade));
    }
    if (!state.policies.has(chat.model)) return await ask([chat.model]);
    exchange.noteRouted(chat);
    const { use } = state.configuration.routing.shadow ?? {};
    if (use !== undefined) {
      if (exchange.account) checkModel(exchange.account.key, use, false);
      decideInShadow(exchange, chat, use);
      return await ask([use]);
    }
    session = await Session.of(exchange, chat);
    const continued = await continuedAnswer(exchange, chat);
    if (continued !== undefined) return await ask([continued]);
    exchange.session = session;
    const routed = await decide(exchange, chat, session?.known);
    const decision = session?.choose(routed) ?? routed;
    notes.decision = decision;
    return await ask(candidatesOf(decision, state));
  });
}
