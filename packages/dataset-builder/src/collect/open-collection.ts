import { assertModels, type CollectOptions, collectSettings } from './collect-options.js';
import { prepareQuestions } from './collect-question.js';
import type { CollectRecord } from './collect-record.js';
import { prepareCall, type QuestionCall } from './prepared-call.js';
import { readRecordFile } from './read-collect-records.js';
import { resolveModel } from './resolve-model.js';

/** The calls of one model. */
export interface ModelCalls {
  readonly name: string;
  /** One for each question. */
  readonly all: readonly QuestionCall[];
  /** Those that the record has no answer to. */
  readonly open: readonly QuestionCall[];
}

/** A collection that is ready to begin, or to be planned. */
export interface OpenCollection {
  readonly models: readonly ModelCalls[];
  /** The newest of each call. */
  readonly records: ReadonlyMap<string, CollectRecord>;
  /** US dollars that the record's calls cost so far. */
  readonly spent: number;
}

/** Finds models and scorers, and what the record has already. */
export async function openCollection(options: CollectOptions): Promise<OpenCollection> {
  const { maxOutputTokens } = collectSettings(options);
  const models = [];
  for (const model of options.models) models.push(await resolveModel(model));
  assertModels(models, options.budget);
  const questions = prepareQuestions(options.questions, options.scorer, options);
  const { records, cost } = await readRecordFile(options.record, {
    signal: options.signal,
    mayBeMissing: true,
  });
  const { retryErrors = true } = options;
  const calls = models.map((model) => {
    const limit = model.maxOutputTokens ?? maxOutputTokens;
    const all = questions.map((question) => prepareCall(model, question, limit));
    const open = all.filter(({ id }) => isOpen(records.get(id), limit, retryErrors));
    return { name: model.name, all, open };
  });
  return { models: calls, records, spent: cost };
}

function isOpen(
  record: CollectRecord | undefined,
  maxOutputTokens: number,
  retryErrors: boolean,
): boolean {
  if (record === undefined) return true;
  if (record.status === 'error') return retryErrors;
  // A higher limit may let it finish.
  const { outcome, finishReason, maxOutputTokens: before = maxOutputTokens } = record;
  return outcome === null && finishReason === 'length' && maxOutputTokens > before;
}
