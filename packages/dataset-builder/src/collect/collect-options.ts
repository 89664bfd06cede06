import { EmbedLLMError, type Progress } from '@embedllm/core';
import { checkInteger, checkNumber } from '@embedllm/internals';
import type { ScorerName } from '../scoring/create-scorer.js';
import type { Scorer } from '../scoring/scorer.js';
import type { CollectModel, ResolvedModel } from './collect-model.js';
import type { CollectQuestion } from './collect-question.js';

/** How far a collection is. */
export interface CollectProgress extends Progress {
  /** US dollars spent so far, earlier runs of the same record included. */
  readonly cost: number;
  /** Questions of this run that got no answer. */
  readonly errors: number;
}

/** Options of `collect` and `planCollect`. */
export interface CollectOptions {
  /** Whom to ask: texts such as `openai:gpt-5-mini`, or with settings. */
  readonly models: readonly (string | CollectModel)[];
  /** What to ask; ids must be unique. */
  readonly questions: readonly CollectQuestion[];
  /** Path of the JSONL that answers are added to. What it has already is not asked again. */
  readonly record: string;
  /** For questions that name none. @default none */
  readonly scorer?: ScorerName | Scorer | undefined;
  /** Whether the scorer `python` may be named, which runs programs on this machine. @default false */
  readonly allowPython?: boolean | undefined;
  /**
   * The most that the record's calls may cost together, in US dollars, earlier runs included. What a
   * call may cost at most is set aside before it is made. Needs the prices of all models.
   *
   * @default no limit
   */
  readonly budget?: number | undefined;
  /** The most tokens of an answer, hidden reasoning included, an integer of at least 1. @default 4096 */
  readonly maxOutputTokens?: number | undefined;
  /** Calls of each model at a time, an integer from 1 to 1000. @default 4 */
  readonly concurrency?: number | undefined;
  /** Further tries of a call that may succeed later, an integer of at least 0. @default 4 */
  readonly maxRetries?: number | undefined;
  /** Longest wait for one answer, in milliseconds. @default 300,000 */
  readonly timeoutMs?: number | undefined;
  /** Whether what failed in an earlier run is asked again. @default true */
  readonly retryErrors?: boolean | undefined;
  /** Ends the collection: calls in progress are given up, everything before them is in the record. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each answer. */
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
}

/** Options with their defaults. */
export interface CollectSettings {
  readonly maxOutputTokens: number;
  readonly concurrency: number;
  readonly maxRetries: number;
  readonly timeoutMs: number;
}

/** @throws EmbedLLMError `invalid-argument` on a value out of range. */
export function collectSettings(options: CollectOptions): CollectSettings {
  const { maxOutputTokens = 4096, concurrency = 4, maxRetries = 4, timeoutMs = 300_000 } = options;
  checkNumber('budget', options.budget, { min: 0, optional: true });
  return {
    maxOutputTokens: checkInteger('maxOutputTokens', maxOutputTokens, { min: 1 }),
    concurrency: checkInteger('concurrency', concurrency, { min: 1, max: 1000 }),
    maxRetries: checkInteger('maxRetries', maxRetries, { min: 0 }),
    timeoutMs: checkInteger('timeoutMs', timeoutMs, { min: 1, max: 2 ** 31 - 1 }),
  };
}

/** @throws EmbedLLMError `invalid-argument` where names repeat, or a budget meets unknown prices. */
export function assertModels(models: readonly ResolvedModel[], budget: number | undefined): void {
  if (models.length === 0) {
    throw new EmbedLLMError('At least one model is required.', { code: 'invalid-argument' });
  }
  const names = models.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new EmbedLLMError(
      `Two models have the name ${twice}. Give one of them another name: \`name\` of its entry, or NAME=MODEL on the command line.`,
      { code: 'invalid-argument' },
    );
  }
  if (budget === undefined) return;
  const unpriced = models.filter((model) => !hasPrices(model)).map(({ name }) => name);
  if (unpriced.length > 0) {
    throw new EmbedLLMError(
      `A budget needs prices, but those of ${unpriced.join(', ')} are unknown. Set pricePerMillionInputTokens and pricePerMillionOutputTokens.`,
      { code: 'invalid-argument' },
    );
  }
}

/** Whether both prices of a model are known. */
export function hasPrices(model: CollectModel): boolean {
  return (
    model.pricePerMillionInputTokens !== undefined &&
    model.pricePerMillionOutputTokens !== undefined
  );
}
