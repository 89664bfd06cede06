import { type AnswerRule, answerKeys, cascade, vote } from '@embedllm/router/cascade';
import { askCandidates, type CandidateAnswer } from '../ask-candidates.js';
import { type CascadeSettings, modelsOf } from '../configuration/read-cascades.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { wrong } from '../http/model-request.js';
import { checkModel } from '../limits/check-request.js';
import { continuedAnswer } from '../session/continued-answer.js';
import { canAsk } from './can-ask.js';
import { CascadeCalls } from './cascade-calls.js';
import { type HeldAnswer, holdAnswer, streamAgain } from './held-answer.js';
import { reserveCascade } from './reserve-cascade.js';

/**
 * Asks the models of a cascade, and answers as they agree, else as the better one says. Requests that the cheap
 * ones cannot answer, such as those with tools, go to the better one alone.
 *
 * To a streamed request, an answer on which models agreed is the stream of the first of them, begun when all is
 * settled; the better model's stream is passed on as it comes.
 *
 * @throws ApiError 400 for several choices, 403 where the key may not use one of the models, 402 or 429 where its
 * limits do not cover all calls that there may be; what asking the better model throws.
 */
export async function askCascade(
  exchange: Exchange,
  request: ChatRequest,
  settings: CascadeSettings,
): Promise<CandidateAnswer> {
  const { state, account, signal, metrics } = exchange;
  if (request.choices > 1) {
    throw wrong('n', `must be 1: ${request.model} compares one answer of each model`);
  }
  if (account) for (const name of modelsOf(settings)) checkModel(account.key, name, false);
  const continued = await continuedAnswer(exchange, request);
  const better = continued ?? settings.escalate;
  const isDirect = continued !== undefined || !canAsk(exchange, request, settings.ask);
  await reserveCascade(exchange, request, isDirect ? [better] : modelsOf(settings));
  const calls = new CascadeCalls(exchange);
  const giveUpAt = performance.now() + state.configuration.limits.requestMs;
  const call = async (name: string, stop: AbortSignal): Promise<HeldAnswer> => {
    const isFollowed = name !== better;
    // Whatever was asked before has not settled it.
    if (!isFollowed && !isDirect) calls.outcome = calls.hasFailed ? 'failed' : 'disagreed';
    const passedOn = (status: number): void => {
      calls.note(name);
      exchange.settle(status);
    };
    const asking = async (part: Exchange): Promise<HeldAnswer> => {
      const asked = await askCandidates(part, request, [name], { giveUpAt, isFollowed });
      return isFollowed ? await holdAnswer(part, request, asked) : { asked, text: '' };
    };
    return await calls.ask(name, stop, asking, isFollowed ? undefined : passedOn);
  };
  const settle = settings.agree === 'all' ? cascade : vote;
  const { ask } = settings;
  const rule = ruleOf(settings);
  const textOf = ({ text }: HeldAnswer): string => text;
  try {
    const { answer, agreed } = isDirect
      ? { answer: await call(better, signal.signal), agreed: false }
      : await settle({ ask, escalate: better, rule, call, textOf, signal: signal.signal });
    if (agreed) calls.outcome = 'agreed';
    await calls.end();
    const asked = { ...answer.asked, attempts: calls.attempts };
    calls.note(asked.model);
    return agreed && request.stream ? streamAgain(exchange, asked) : asked;
  } catch (error) {
    await calls.end();
    calls.note();
    throw error;
  } finally {
    metrics.cascades.add({ cascade: request.model, outcome: calls.outcome });
  }
}

function ruleOf({ key, pattern = '' }: CascadeSettings): AnswerRule {
  return { key: key === 'regex' ? answerKeys.regex(new RegExp(pattern)) : answerKeys[key] };
}
