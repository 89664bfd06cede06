import { DataError } from '@embedllm/core';
import type { Place } from '../csv/columns.js';
import { describeFound, isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { plainName, USUAL_NAMES } from '../tables/column-names.js';
import { idOfText } from '../tables/read-planned.js';
import { scoreOfValue } from '../tables/score-text.js';
import type { TableRecord } from '../tables/table-record.js';

/** What promptfoo says of a row that has no answer: the provider failed. */
const PROVIDER_ERROR = 2;

/** What the judge of a row is said to have failed with: promptfoo calls such answers wrong. */
const JUDGE_FAILED =
  /could not (?:extract|parse) (?:json|.*(?:rubric|grad))|(?:rubric|grader|grading) (?:response|call|provider|request)[^.]*(?:fail|error|invalid|malformed)|no (?:output|response) from .*grad/i;

/** How a row of promptfoo is read. */
export interface PromptfooReading {
  /** Field of the score, such as `score` or `namedScores.accuracy`. @default success */
  readonly scoreColumn?: string | undefined;
  /** Whether graded scores are wanted: `score` instead of `success`. */
  readonly graded: boolean;
}

/** An answer of a result row, with why it is missing. */
export interface PromptfooAnswer extends TableRecord {
  readonly missing: 'error' | 'judge' | undefined;
  /** Name of the field of the score. */
  readonly field: string;
}

/**
 * The answer that a result row of promptfoo holds (`results.results[]` of its JSON, a line of its
 * JSONL; version 3).
 *
 * @throws DataError where a field is missing or not what it should be.
 */
export function promptfooAnswer(
  row: JsonObject,
  { scoreColumn, graded }: PromptfooReading,
  place: Place,
): PromptfooAnswer {
  const text = promptText(row, place);
  const field = scoreColumn ?? (graded ? 'score' : 'success');
  const missing = missingBecause(row);
  const value = valueAt(row, field);
  const score = missing === undefined ? scoreOfValue(value) : null;
  if (score === undefined || (value === undefined && missing === undefined)) {
    throw new DataError(`must be a score from 0 to 1, but ${describeFound(value)}.`, {
      ...place,
      field,
    });
  }
  return {
    question: idOfText(text),
    prompt: text,
    category: categoryOf(row),
    model: modelOf(row, place),
    score,
    missing,
    field,
  };
}

/** Whether a judge's reason says that it could not judge. */
export function judgeFailed(reason: unknown): boolean {
  return typeof reason === 'string' && JUDGE_FAILED.test(reason);
}

function missingBecause(row: JsonObject): 'error' | 'judge' | undefined {
  const grading = ownValue(row, 'gradingResult');
  const reason = ownValue(row, 'failureReason');
  if (reason === PROVIDER_ERROR) return 'error';
  // Older versions have no reason: an error without anything that was graded.
  if (reason === undefined && ownValue(row, 'error') && !isJsonObject(grading)) return 'error';
  const isWrong = ownValue(row, 'success') === false;
  return isWrong && isJsonObject(grading) && judgeFailed(ownValue(grading, 'reason'))
    ? 'judge'
    : undefined;
}

function modelOf(row: JsonObject, place: Place): string {
  const provider = ownValue(row, 'provider');
  if (typeof provider === 'string' && provider !== '') return provider;
  if (isJsonObject(provider)) {
    const name = ownValue(provider, 'label') || ownValue(provider, 'id');
    if (typeof name === 'string' && name !== '') return name;
  }
  throw new DataError(`must have a label or an id, but ${describeFound(provider)}.`, {
    ...place,
    field: 'provider',
  });
}

/** The prompt as it was sent: of chat messages all but the instructions of the system. */
function promptText(row: JsonObject, place: Place): string {
  const prompt = ownValue(row, 'prompt');
  const raw = isJsonObject(prompt) ? ownValue(prompt, 'raw') : prompt;
  if (typeof raw === 'string' && raw.trim() !== '') return chatText(raw) ?? raw;
  throw new DataError(`must be the text of the prompt, but ${describeFound(raw)}.`, {
    ...place,
    field: 'prompt.raw',
  });
}

function chatText(raw: string): string | undefined {
  if (!raw.trimStart().startsWith('[')) return undefined;
  let messages: unknown;
  try {
    messages = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (!Array.isArray(messages)) return undefined;
  const texts: string[] = [];
  for (const message of messages) {
    const content: unknown = isJsonObject(message) ? message.content : undefined;
    if (!isJsonObject(message) || typeof content !== 'string') return undefined;
    if (message.role !== 'system' && message.role !== 'developer') texts.push(content);
  }
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function categoryOf(row: JsonObject): string | undefined {
  const test = ownValue(row, 'testCase');
  const metadata = isJsonObject(test) ? ownValue(test, 'metadata') : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const name = Object.keys(metadata).find((key) => USUAL_NAMES.category.includes(plainName(key)));
  const value = name === undefined ? undefined : metadata[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function valueAt(row: JsonObject, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split('.')) {
    if (!isJsonObject(value)) return undefined;
    value = ownValue(value, name);
  }
  return value;
}
