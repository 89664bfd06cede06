import { type Advice, DataError } from '@embedllm/core';
import { recordLimit, tooLong } from '../files/record-limit.js';
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isSpace,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './json-bytes.js';
import type { JsonMember, MemberScannerOptions } from './json-member.js';

/** What the scanner expects next. */
type State =
  | 'start'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'value'
  | 'after-value'
  | 'first-element'
  | 'element'
  | 'after-element'
  | 'end';

/** Takes the file chunk by chunk, wherever these end. */
export class MemberScanner {
  readonly #file: string;
  readonly #options: MemberScannerOptions;
  #state: State = 'start';
  #row = 1;
  #key = '';
  #index = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Whether a value, or key, has begun and its end has not been seen. */
  #open = false;
  #kept = true;
  #startRow = 1;
  #length = 0;
  #pieces: Buffer[] = [];

  constructor(file: string, options: MemberScannerOptions) {
    this.#file = file;
    this.#options = options;
  }

  *feed(chunk: Buffer): Generator<JsonMember> {
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      if (!this.#open) {
        const byte = chunk[at]!;
        if (byte === NEWLINE) this.#row++;
        if (isSpace(byte)) at++;
        else if (this.#begins(byte)) from = at;
        else at++;
        continue;
      }
      const end = this.#skip(chunk, at);
      if (end < 0) break;
      this.#keep(chunk.subarray(from, end));
      at = end;
      const member = this.#close();
      if (member !== undefined) yield member;
    }
    if (this.#open) this.#keep(chunk.subarray(from));
  }

  /** Whether a value or key has begun and not ended. */
  get isWithinValue(): boolean {
    return this.#open;
  }

  finish(): void {
    if (this.#state === 'end') return;
    throw this.#error(
      this.#state === 'start'
        ? 'has no JSON object.'
        : 'is not complete JSON. Is the file truncated?',
    );
  }

  /** Takes a byte between values; true where a value or key begins with it. */
  #begins(byte: number): boolean {
    switch (this.#state) {
      case 'start':
        this.#expect(byte === OPEN_OBJECT, byte, 'first-key');
        return false;
      case 'first-key':
        if (byte === CLOSE_OBJECT) return this.#moveTo('end');
        return this.#beginKey(byte);
      case 'key':
        return this.#beginKey(byte);
      case 'colon':
        this.#expect(byte === COLON, byte, 'value');
        return false;
      case 'value':
        if (this.#key === this.#options.streamed && byte === OPEN_LIST) {
          return this.#moveTo('first-element');
        }
        return this.#begin(byte, this.#options.wanted.includes(this.#key));
      case 'after-value':
        if (byte === CLOSE_OBJECT) return this.#moveTo('end');
        this.#expect(byte === COMMA, byte, 'key');
        return false;
      case 'first-element':
        if (byte === CLOSE_LIST) return this.#moveTo('after-value');
        return this.#begin(byte, true);
      case 'element':
        return this.#begin(byte, true);
      case 'after-element':
        if (byte === CLOSE_LIST) return this.#moveTo('after-value');
        this.#expect(byte === COMMA, byte, 'element');
        return false;
      case 'end':
        throw this.#error('has more content after its JSON object. Is it JSON Lines?');
    }
  }

  #moveTo(state: State): false {
    this.#state = state;
    return false;
  }

  #expect(holds: boolean, byte: number, next: State): void {
    if (!holds) throw this.#unexpected(byte);
    this.#state = next;
  }

  #beginKey(byte: number): boolean {
    if (byte !== QUOTE) throw this.#unexpected(byte);
    return this.#begin(byte, true);
  }

  #begin(byte: number, kept: boolean): true {
    if (byte === COMMA || byte === COLON || byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      throw this.#unexpected(byte);
    }
    this.#open = true;
    this.#kept = kept;
    this.#depth = 0;
    this.#startRow = this.#row;
    this.#length = 0;
    return true;
  }

  /** Goes on within a value; the position after its end, or -1 where the chunk ends first. */
  #skip(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        if (at < 0) return -1;
        if (this.#depth === 0) return at + 1;
        continue;
      }
      const byte = chunk[at]!;
      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        // At depth 0 it closes what is around a number or word.
        if (this.#depth === 0) return at;
        if (--this.#depth === 0) return at + 1;
      } else if (this.#depth === 0 && (byte === COMMA || isSpace(byte))) return at;
      else if (byte === NEWLINE) this.#row++;
    }
    return -1;
  }

  /** The position of the quote that ends the string, or -1. */
  #skipString(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length) {
      if (this.#escaped) {
        this.#escaped = false;
        at++;
        continue;
      }
      const byte = chunk[at]!;
      if (byte === QUOTE) {
        this.#inString = false;
        return at;
      }
      if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === NEWLINE) this.#row++;
      at++;
    }
    return -1;
  }

  #keep(piece: Buffer): void {
    if (!this.#kept) return;
    this.#length += piece.length;
    const limit = recordLimit(this.#options.maxRecordBytes, Number.POSITIVE_INFINITY);
    if (this.#length > limit) throw this.#error(tooLong('a value', limit));
    this.#pieces.push(piece);
  }

  #close(): JsonMember | undefined {
    this.#open = false;
    const text = Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    const row = this.#startRow;
    switch (this.#state) {
      case 'first-key':
      case 'key':
        this.#key = this.#keyOf(text);
        this.#index = 0;
        this.#state = 'colon';
        return undefined;
      case 'first-element':
      case 'element':
        this.#state = 'after-element';
        return { key: this.#key, index: this.#index++, text, row };
      default:
        this.#state = 'after-value';
        return this.#kept ? { key: this.#key, index: undefined, text, row } : undefined;
    }
  }

  #keyOf(text: string): string {
    try {
      return String(JSON.parse(text));
    } catch (cause) {
      throw this.#error(`has a key that is not valid JSON: ${text.slice(0, 100)}.`, cause);
    }
  }

  #unexpected(byte: number): DataError {
    const found = byte < 0x80 ? JSON.stringify(String.fromCharCode(byte)) : `byte ${byte}`;
    return this.#error(
      this.#state === 'start'
        ? `must be a JSON object, but starts with ${found}.`
        : `is not valid JSON: unexpected ${found}.`,
    );
  }

  #error(message: string | Advice, cause?: unknown): DataError {
    return new DataError(message, { file: this.#file, row: this.#row, cause });
  }
}
