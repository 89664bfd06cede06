import type { Advice, NamedOption } from './option-advice.js';
import { isShared } from './shared-class.js';

/**
 * Stable machine-readable reasons. Messages may change between versions, codes do not.
 */
export type ErrorCode =
  /** A caller's argument is out of its documented range. */
  | 'invalid-argument'
  /** Two shapes that must agree do not. */
  | 'shape-mismatch'
  /** Input data is malformed: a file, a row, a field. */
  | 'invalid-data'
  /** The same question and model were labelled both correct and incorrect. */
  | 'conflicting-labels'
  /** An artifact is truncated, altered or inconsistent. */
  | 'invalid-artifact'
  /** An artifact was written by a newer or unknown format version. */
  | 'unsupported-version'
  /** The encoder given is not the one that the model was trained with. */
  | 'encoder-mismatch'
  /** No model of the pool meets all constraints of a request. */
  | 'no-candidate'
  /** An optional package is not installed or cannot be loaded. */
  | 'missing-dependency'
  /** This runtime, or how the page is served, lacks what is needed. */
  | 'environment'
  /** A computation produced a value that is not finite. */
  | 'not-finite'
  /** Reading or writing failed. */
  | 'io'
  /** A server answered with a status that refuses. */
  | 'http'
  /** No answer came in the time that was given. */
  | 'timeout';

/** Where in the input something is wrong. */
export interface DataLocation {
  /** Path or name of the file, as the caller gave it. */
  readonly file?: string | undefined;
  /** Line of the file, or index of the record, counted from 1; a CSV header is row 1. */
  readonly row?: number | undefined;
  /** Column, key or tensor name. */
  readonly field?: string | undefined;
}

/** What an error carries next to its message. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What went wrong underneath. */
  readonly cause?: unknown;
}

/** What an error about data carries next to its message. */
export interface DataErrorDetails extends DataLocation, Partial<ErrorDetails> {
  /** @default 'invalid-data' */
  readonly code?: ErrorCode;
}

/**
 * Base class of every error that the `@embedllm/*` packages throw on purpose.
 * The message says what is wrong, where, and what to do about it.
 */
export class EmbedLLMError extends Error {
  /** Holds between copies of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: classes below inherit this, and mean themselves.
    return isShared(this, EmbedLLMError, '@embedllm/core/EmbedLLMError', value);
  }

  /** What `instanceof` looks for. @internal */
  get '@embedllm/core/EmbedLLMError'(): true {
    return true;
  }

  /** Stable reason, for programs. */
  readonly code: ErrorCode;
  /** Options that the message names, which settle what is wrong. */
  declare readonly options?: readonly NamedOption[];

  constructor(message: string | Advice, details: ErrorDetails) {
    super(typeof message === 'string' ? message : message.text, details);
    // Spelled out, because minifiers rename classes.
    this.name = 'EmbedLLMError';
    this.code = details.code;
    if (typeof message !== 'string') this.options = message.options;
  }
}

/** Bad input data; carries the file, row and field, and names them in its message. */
export class DataError extends EmbedLLMError {
  /** Holds between copies of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: classes below inherit this, and mean themselves.
    return isShared(this, DataError, '@embedllm/core/DataError', value);
  }

  /** What `instanceof` looks for. @internal */
  get '@embedllm/core/DataError'(): true {
    return true;
  }

  /** Where the problem was found. */
  readonly location: DataLocation;

  constructor(message: string | Advice, details: DataErrorDetails) {
    const { code = 'invalid-data', cause: _, ...location } = details;
    const place = describeLocation(location);
    const { text, options = undefined } = typeof message === 'string' ? { text: message } : message;
    const placed = place ? `${place}: ${text}` : text;
    super(options ? { text: placed, options } : placed, { ...details, code });
    this.name = 'DataError';
    this.location = location;
  }
}

/** "responses.csv, row 7, field label"; empty when nothing is known. */
export function describeLocation({ file, row, field }: DataLocation): string {
  const parts: string[] = [];
  if (file !== undefined) parts.push(file);
  if (row !== undefined) parts.push(`row ${row}`);
  if (field !== undefined) parts.push(`field ${field}`);
  return parts.join(', ');
}
