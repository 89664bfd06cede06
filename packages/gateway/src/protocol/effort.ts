import type { ModelConfiguration } from '../configuration/model-configuration.js';
import { isObject } from '../http/json-object.js';
import type { Protocol } from './protocol.js';

type Fields = Readonly<Record<string, unknown>>;

/** The least that a model of Anthropic's can be given to think. */
export const LEAST_THINKING = 1024;

/** The members by which a request asks for the effort of a model's entry, instead of those that the client wrote. */
export function effortMembers(
  { name }: Protocol,
  body: Fields,
  { effort, thinkingTokens }: Pick<ModelConfiguration, 'effort' | 'thinkingTokens'>,
): Fields {
  if (name === 'chat') return effort === undefined ? {} : { reasoning_effort: effort };
  if (name === 'responses') {
    return effort === undefined ? {} : { reasoning: { ...membersOf(body.reasoning), effort } };
  }
  if (name !== 'messages') return {};
  return {
    ...(effort === undefined
      ? {}
      : { output_config: { ...membersOf(body.output_config), effort } }),
    ...(thinkingTokens === undefined ? {} : { thinking: thinkingOf(body, thinkingTokens) }),
  };
}

/** Off where the request cannot be thought about: too short an answer, a tool that has to be called, or sampling of its own. */
function thinkingOf(body: Fields, tokens: number): Fields {
  const { max_tokens: most, tool_choice: choice, temperature, top_k: topK } = body;
  const budget = typeof most === 'number' ? Math.min(tokens, most - 1) : tokens;
  const isForced = isObject(choice) && (choice.type === 'any' || choice.type === 'tool');
  const isSampled = (typeof temperature === 'number' && temperature !== 1) || isGiven(topK);
  if (budget < LEAST_THINKING || isForced || isSampled) return { type: 'disabled' };
  return { type: 'enabled', budget_tokens: budget };
}

function membersOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
