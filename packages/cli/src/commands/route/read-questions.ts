import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { DataError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { checkText, openToRead } from '@embedllm/internals/files';
import type { ChatMessage, Routable } from '@embedllm/router';
import type { Context } from '../../program/context.js';

/** A question of a file or of the command line. */
export interface AskedQuestion {
  /** As the line of JSON has it. */
  readonly id?: string | number | undefined;
  readonly question: Exclude<Routable, Float32Array | readonly number[]>;
}

/** Where questions are read from. */
export interface QuestionSource {
  /** A path, or `-` for standard input. */
  readonly input: string;
  readonly format: 'text' | 'jsonl';
}

/**
 * Reads questions line by line; empty lines are passed over.
 *
 * @throws DataError `io` when the file cannot be read; `invalid-data` on a line that is not a question,
 * or where no line is one.
 */
export async function* readQuestions(
  context: Context,
  { input, format }: QuestionSource,
): AsyncGenerator<AskedQuestion, void, undefined> {
  const file = input === '-' ? 'standard input' : context.path(input);
  const bytes = input === '-' ? bytesOf(context.io.stdin) : fileBytes(file, context.signal);
  const stream = Readable.from(checkText(file, bytes));
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // An error of the stream does not reach the loop over its lines.
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
    lines.close();
  });
  let row = 0;
  let isEmpty = true;
  try {
    for await (const text of lines) {
      context.signal.throwIfAborted();
      row++;
      if (text.trim() === '') continue;
      isEmpty = false;
      yield format === 'text' ? { question: text } : parseLine(text, { file, row });
    }
  } finally {
    lines.close();
    stream.destroy();
  }
  if (failure !== undefined) throw failure;
  if (isEmpty) throw new DataError('There is no question: every line is empty.', { file });
}

async function* fileBytes(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of await openToRead(file, { signal })) yield chunk;
  } catch (cause) {
    signal.throwIfAborted();
    throw new DataError(`${reasonOf(cause)}.`, { file, code: 'io', cause });
  }
}

async function* bytesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

function parseLine(line: string, place: { file: string; row: number }): AskedQuestion {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new DataError('The line is not JSON.', { ...place, cause });
  }
  const asked = (question: string): string => {
    if (question.trim() !== '') return question;
    throw new DataError('The question is empty.', place);
  };
  if (typeof value === 'string') return { question: asked(value) };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DataError('The line must be an object with question or messages.', place);
  }
  const { id, question, prompt, messages }: Record<string, unknown> = { ...value };
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw new DataError('The id must be a string or a number.', { ...place, field: 'id' });
  }
  const text = question ?? prompt;
  if (typeof text === 'string') return { id, question: asked(text) };
  if (Array.isArray(messages) && messages.every(isMessage)) return { id, question: messages };
  const field = messages === undefined ? 'question' : 'messages';
  throw new DataError('The line has neither a string in question nor a chat in messages.', {
    ...place,
    field,
  });
}

function isMessage(value: unknown): value is ChatMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'role') === 'string' &&
    (typeof Reflect.get(value, 'content') === 'string' ||
      Array.isArray(Reflect.get(value, 'content')))
  );
}
