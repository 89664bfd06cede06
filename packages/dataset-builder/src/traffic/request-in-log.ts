import { isJsonObject, type JsonObject, ownValue } from '../jsonl/parse-object.js';
import type { TableRow } from '../tables/table-row.js';

/** What a model was asked, as far as it can be asked again. */
export interface LoggedRequest {
  /** What the user said before a model first answered. */
  readonly prompt: string;
  /** What the system said. */
  readonly instructions: string | undefined;
}

/** Why a record has no request: it says none, or the request has parts that are not text. */
export type NoRequest = 'none' | 'no-text';

/** Where logs keep what was asked, the surest first. */
const PLACES = [
  ...['request.messages', 'request.body.messages', 'body.messages', 'kwargs.messages', 'messages'],
  ...[
    'request.input',
    'body.input',
    'input',
    'request.prompt',
    'body.prompt',
    'prompt',
    'question',
  ],
  ...['request', 'body'],
];
/** Where requests keep instructions that are not messagess. */
const INSTRUCTIONS = ['request.instructions', 'body.instructions', 'request.system', 'body.system'];
/** Observations of Langfuse that are not calls of a model. */
const OTHER_OBSERVATION =
  /^(?:SPAN|EVENT|TOOL|AGENT|CHAIN|RETRIEVER|EVALUATOR|EMBEDDING|GUARDRAIL)$/;

/**
 * The request that a record of a log holds. Of a conversation it is the first turn, which was asked
 * without anything before it; later turns cannot be asked on their own.
 *
 * @param column - Where the request is. @default the usual places
 */
export function requestInLog(row: TableRow, column?: string): LoggedRequest | NoRequest {
  if (column === undefined && OTHER_OBSERVATION.test(String(row.value('type') ?? '')))
    return 'none';
  for (const place of column === undefined ? PLACES : [column]) {
    const value = parsed(row.value(place) ?? undefined);
    if (value === undefined || value === '') continue;
    const request = requestOf(value);
    if (request === 'none') continue;
    if (request === 'no-text') return request;
    const said = INSTRUCTIONS.map((name) => textOf(row.value(name))).find((text) => text);
    return { ...request, instructions: request.instructions ?? said };
  }
  return 'none';
}

/** JSON in a text, as CSV and SDKs have it, is what it says. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(?:\[\s*\{|\{\s*"|")/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function requestOf(value: unknown): LoggedRequest | NoRequest {
  if (typeof value === 'string') {
    return value.trim() === '' ? 'none' : { prompt: value, instructions: undefined };
  }
  if (Array.isArray(value)) return firstTurn(value);
  if (!isJsonObject(value)) return 'no-text';
  for (const name of ['messages', 'input', 'prompt', 'question', 'query']) {
    const inner = ownValue(value, name);
    if (typeof inner !== 'string' && !Array.isArray(inner)) continue;
    const request = requestOf(inner);
    if (typeof request === 'string') return request;
    const said = textOf(ownValue(value, 'instructions') ?? ownValue(value, 'system'));
    return { ...request, instructions: request.instructions ?? (said || undefined) };
  }
  return 'none';
}

/** The first turn of a chat. */
function firstTurn(messages: readonly unknown[]): LoggedRequest | NoRequest {
  const instructions: string[] = [];
  const said: string[] = [];
  for (const message of messages) {
    if (!isJsonObject(message)) return 'no-text';
    const role = ownValue(message, 'role');
    if (role !== 'user' && role !== 'system' && role !== 'developer') break;
    const text = textOf(ownValue(message, 'content'));
    if (text === undefined) return 'no-text';
    (role === 'user' ? said : instructions).push(text);
  }
  const prompt = said.join('\n\n');
  if (prompt.trim() === '') return 'none';
  const system = instructions.join('\n\n');
  return { prompt, instructions: system.trim() === '' ? undefined : system };
}

/** The text of a content; `undefined` where a part of it is none, such as an image. */
function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || !content.every(isJsonObject)) return undefined;
  const texts = content.map((part: JsonObject) => ownValue(part, 'text'));
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : undefined;
}
