import { isObject } from '../http/json-object.js';

/** Tokens that a request makes a model read. */
export interface InputEstimate {
  /** Tokens of usual text. */
  readonly likely: number;
  /** Texts, tools and formats have no more tokens than this. */
  readonly most: number;
  /** Images, audio and files, whose tokens only their upstream knows. */
  readonly parts: number;
  /** Prompts that are read one by one. @default 1 */
  readonly prompts?: number | undefined;
}

/** Bytes that make about one token of usual text. */
const BYTES_PER_TOKEN = 4;
/** What upstreams write around a chat, and around its tools. */
const TOKENS_AROUND_CHAT = 64;
const TOKENS_AROUND_TOOLS = 512;
/** What an image usually has. */
const LIKELY_TOKENS_PER_PART = 1000;
/** More than an image has at any model. */
const MOST_TOKENS_PER_PART = 50_000;

/**
 * Estimates the tokens that a request makes a model read: at most one for each byte of its body,
 * leaving out the data of images, audio and files.
 *
 * @param bytes - Of the whole body.
 */
export function estimateInput(
  { messages, tools }: Readonly<Record<string, unknown>>,
  bytes: number,
): InputEstimate {
  let texts = bytes;
  let parts = 0;
  for (const message of Array.isArray(messages) ? messages : []) {
    const content: unknown = isObject(message) ? message.content : undefined;
    for (const part of Array.isArray(content) ? content : []) {
      if (!isObject(part) || typeof part.text === 'string') continue;
      texts -= lengthOf(part);
      parts++;
    }
  }
  // JSON that was written with other escapes may be shorter than its parts are here.
  texts = Math.max(0, texts);
  const around = tools === undefined ? 0 : TOKENS_AROUND_TOOLS;
  return {
    likely: Math.ceil(texts / BYTES_PER_TOKEN) + LIKELY_TOKENS_PER_PART * parts,
    most: texts + TOKENS_AROUND_CHAT + around,
    parts,
  };
}

/**
 * The same of requests whose texts, tools and their results are blocks or items that hold others: `messages`
 * of Anthropic's protocol, `input` of OpenAI's Responses.
 *
 * @param bytes - Of the whole body.
 */
export function estimateItems(items: unknown, hasTools: boolean, bytes: number): InputEstimate {
  let texts = bytes;
  let parts = 0;
  const open: unknown[] = [items];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) open.push(...value);
    else if (isObject(value) && isMedia(value)) {
      texts -= lengthOf(value);
      parts++;
    } else if (isObject(value)) {
      const { content, output } = value;
      open.push(...[content, output].filter(Array.isArray));
    }
  }
  texts = Math.max(0, texts);
  return {
    likely: Math.ceil(texts / BYTES_PER_TOKEN) + LIKELY_TOKENS_PER_PART * parts,
    most: texts + TOKENS_AROUND_CHAT + (hasTools ? TOKENS_AROUND_TOOLS : 0),
    parts,
  };
}

/** Images and files by the names of both protocols; a document that is a text is counted as one. */
function isMedia({ type, source }: Readonly<Record<string, unknown>>): boolean {
  if (type === 'document') return !isObject(source) || !/^(?:text|content)$/.test(`${source.type}`);
  return type === 'image' || /^(?:input_(?:image|file|audio)|computer_screenshot)$/.test(`${type}`);
}

/** About what a value takes in JSON; an image has megabytes, which must not be written for that. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + lengthOf(item) + 1, 1);
  if (!isObject(value)) return String(value).length;
  return Object.entries(value).reduce((sum, [name, item]) => {
    return sum + name.length + lengthOf(item) + 4;
  }, 1);
}

/**
 * Estimates the tokens of prompts: texts, or the numbers of their tokens.
 *
 * @param bytes - Of the whole body.
 */
export function estimatePrompts(
  prompts: readonly (string | readonly number[])[],
  bytes: number,
): InputEstimate {
  let likely = 0;
  for (const prompt of prompts) {
    likely += typeof prompt === 'string' ? estimateTokens(prompt.length) : prompt.length;
  }
  // Some upstreams put tokens of their own around each prompt.
  return { likely, most: bytes + 2 * prompts.length, parts: 0, prompts: prompts.length };
}

/** The most tokens that a model can be made to read. */
export function mostInput(
  { most, parts, prompts = 1 }: InputEstimate,
  contextLength: number | undefined,
): number {
  if (parts === 0) return Math.min(most, prompts * (contextLength ?? most));
  return contextLength ?? most + MOST_TOKENS_PER_PART * parts;
}

/** Tokens of a text of so many bytes. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
