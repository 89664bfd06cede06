import { createHash } from 'node:crypto';
import type { ModelCall } from './askable-model.js';
import type { ResolvedModel } from './collect-model.js';
import type { PreparedQuestion } from './collect-question.js';
import { costOf, expectedInputTokens, mostInputTokens } from './usage.js';

/** A text for a model. */
export interface PreparedCall {
  readonly model: ResolvedModel;
  readonly question: Pick<PreparedQuestion, 'text' | 'instructions'>;
  readonly maxOutputTokens: number;
}

/** A question for a model. */
export interface QuestionCall extends PreparedCall {
  /** Identifies model, settings and question in the record. */
  readonly id: string;
  readonly question: PreparedQuestion;
}

/** Makes a call of a model and a question. */
export function prepareCall(
  model: ResolvedModel,
  question: PreparedQuestion,
  maxOutputTokens: number,
): QuestionCall {
  const { temperature = null, providerOptions = {} } = model;
  // Not the limit of tokens, so that an answer within it stays when it is raised.
  const identity = [
    ...[model.name, model.model.modelId, temperature, sorted(providerOptions)],
    ...[question.id, question.text],
    ...(question.instructions === undefined ? [] : [question.instructions]),
  ];
  const id = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  return { id, model, question, maxOutputTokens };
}

/** The arguments for a model of the AI SDK. */
export function modelCall({ model, question, maxOutputTokens }: PreparedCall): ModelCall {
  const { temperature, providerOptions } = model;
  const { instructions } = question;
  return {
    prompt: [
      ...(instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }]),
      { role: 'user', content: [{ type: 'text', text: question.text }] },
    ],
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(providerOptions === undefined ? {} : { providerOptions: { ...providerOptions } }),
  };
}

/** All that a model is sent, as one text: what tokens are counted of. */
export function textSent({ instructions = '', text }: PreparedCall['question']): string {
  return instructions + text;
}

/** The most that one attempt can cost, in US dollars. */
export function mostCost({ model, question, maxOutputTokens }: PreparedCall): number {
  return costOf(model, mostInputTokens(textSent(question)), maxOutputTokens);
}

/** Tokens read and written, about, before an answer is there. */
export function expectedTokens({ question }: PreparedCall, outputTokens: number): number {
  return expectedInputTokens(textSent(question)) + outputTokens;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, item]) => [key, sorted(item)]);
}
