import { EmbedLLMError } from '@embedllm/core';
import { type AnswerRule, doAgree } from './answer-rule.js';

/** What `cascade` takes. */
export interface CascadeOptions<Answer> {
  /** Names of the models that are asked first, all at once: two or more. */
  readonly ask: readonly string[];
  /** The model that answers where these disagree, or one of them fails. */
  readonly escalate: string;
  /** When answers say the same. */
  readonly rule: AnswerRule;
  /** Asks a model. */
  readonly call: (model: string, signal: AbortSignal) => Promise<Answer>;
  /** The text of an answer. */
  readonly textOf: (answer: Answer) => string;
  /** Stops all calls; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How an answer came about. */
export interface CascadeResult<Answer> {
  readonly answer: Answer;
  /** The model that gave it. */
  readonly model: string;
  /** Whether the models that were asked first agreed. */
  readonly agreed: boolean;
  /** Calls made. */
  readonly calls: number;
  /** What went wrong with models that were asked first, by name. */
  readonly failures: readonly { readonly model: string; readonly error: unknown }[];
}

/**
 * Asks cheap models, takes the answer of the first where all agree, and asks a better one where not. It
 * cannot stream before they agree, and calls with side effects should not go through it.
 *
 * Whether it pays depends on prices and models: `adviseCascade` says so from a log of answers.
 *
 * @throws EmbedLLMError `invalid-argument` with fewer than two models to ask, or one that is asked twice;
 * what the better model throws.
 */
export async function cascade<Answer>(
  options: CascadeOptions<Answer>,
): Promise<CascadeResult<Answer>> {
  const { ask, escalate, rule, call, textOf } = options;
  const { signal = new AbortController().signal } = options;
  if (ask.length < 2 || new Set([...ask, escalate]).size <= ask.length) {
    throw new EmbedLLMError('A cascade asks two or more models first, and another one then.', {
      code: 'invalid-argument',
    });
  }
  signal.throwIfAborted();
  const asked = await Promise.allSettled(ask.map((model) => call(model, signal)));
  signal.throwIfAborted();
  const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = asked.flatMap((one, index) =>
    one.status === 'rejected' ? [{ model: ask[index] ?? '', error: one.reason as unknown }] : [],
  );
  const [answer] = answers;
  const agreed = failures.length === 0 && (await doAgree(rule, answers.map(textOf)));
  const known = { agreed, failures };
  if (agreed && answer !== undefined) {
    return { ...known, answer, model: ask[0] ?? '', calls: ask.length };
  }
  const better = await call(escalate, signal);
  return { ...known, answer: better, model: escalate, calls: ask.length + 1 };
}
