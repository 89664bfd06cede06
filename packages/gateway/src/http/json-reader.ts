import { checkOwnKeys, notAllowed } from './check-keys.js';
import { checkSize, closingQuote, isSpace, QUOTE, withFastSearch } from './json-bytes.js';
import type { JsonMember } from './json-scan.js';
import type { Turns } from './turns.js';

/** Bytes of a text, or of spaces, that are read in a step: about a millisecond. */
const SLICE_BYTES = 131_072;
/** Values that are read in a step. */
const STEP_VALUES = 1024;
/** Bytes of a text that take as long as a value. */
const VALUE_BYTES = 128;

const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const LOWER_U = 0x75;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Something that is being read; after each step others may have a turn. */
type Reading<T> = Generator<undefined, T, undefined>;

/** A JSON text as it was understood. */
export interface ReadJson {
  readonly value: unknown;
  /** The members of the outermost object, in order, those that come twice included. */
  readonly members: readonly JsonMember[];
}

/**
 * What `JSON.parse` makes of a text in UTF-8, in turns of about a millisecond, whatever it holds.
 *
 * @throws SyntaxError where it is not JSON, TypeError where it is not UTF-8, ApiError 400 where it is nested
 * too deeply, has too many values, or has keys that reach for prototypes.
 */
export async function readLongJson(bytes: Uint8Array, turns: Turns): Promise<ReadJson> {
  const reader = new JsonReader(bytes);
  const steps = reader.read();
  for (;;) {
    const { done, value } = await turns.take(() => steps.next());
    if (done) return { value, members: reader.members };
  }
}

class JsonReader {
  readonly members: JsonMember[] = [];
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #at = 0;
  #values = 0;
  /** What was done in this step, in values. */
  #work = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = withFastSearch(bytes);
  }

  *read(): Reading<unknown> {
    yield* this.#space();
    const value = yield* this.#value(0);
    yield* this.#space();
    if (this.#at < this.#bytes.length) throw this.#unexpected();
    return value;
  }

  /** @param depth - Objects and lists around it. */
  *#value(depth: number): Reading<unknown> {
    switch (this.#bytes[this.#at]) {
      case OPENING_BRACE:
        return yield* this.#object(depth + 1);
      case OPENING_BRACKET:
        return yield* this.#list(depth + 1);
      case QUOTE:
        return yield* this.#text();
      default:
        return this.#word();
    }
  }

  *#object(depth: number): Reading<Record<string, unknown>> {
    const object: Record<string, unknown> = {};
    this.#at++;
    this.#count(depth);
    yield* this.#space();
    if (this.#take(CLOSING_BRACE)) return object;
    for (;;) {
      if (this.#bytes[this.#at] !== QUOTE) throw this.#unexpected();
      const name = yield* this.#text();
      yield* this.#space();
      if (!this.#take(COLON)) throw this.#unexpected();
      yield* this.#space();
      const start = this.#at;
      const value = yield* this.#value(depth);
      if (depth === 1) this.members.push({ name, start, end: this.#at });
      // Which `JSON.parse` takes for a name like others.
      if (name === '__proto__') throw notAllowed(name);
      object[name] = value;
      yield* this.#space();
      if (this.#take(CLOSING_BRACE)) break;
      if (!this.#take(COMMA)) throw this.#unexpected();
      this.#count(depth);
      yield* this.#space();
    }
    checkOwnKeys(object);
    return object;
  }

  *#list(depth: number): Reading<unknown[]> {
    const list: unknown[] = [];
    this.#at++;
    this.#count(depth);
    yield* this.#space();
    if (this.#take(CLOSING_BRACKET)) return list;
    for (;;) {
      list.push(yield* this.#value(depth));
      yield* this.#space();
      if (this.#take(CLOSING_BRACKET)) return list;
      if (!this.#take(COMMA)) throw this.#unexpected();
      this.#count(depth);
      yield* this.#space();
    }
  }

  /** In slices that end neither within a character nor within an escape. */
  *#text(): Reading<string> {
    const bytes = this.#bytes;
    let text = '';
    for (let from = this.#at + 1; ; ) {
      const most = Math.min(from + SLICE_BYTES, bytes.length);
      const quote = closingQuote(bytes.subarray(from, most), 0);
      const end = quote === undefined ? cutBefore(bytes, from, most) : from + quote;
      text += String(JSON.parse(`"${this.#decoder.decode(bytes.subarray(from, end))}"`));
      this.#work += 1 + (end - from) / VALUE_BYTES;
      if (this.#work > STEP_VALUES) yield this.#rest();
      if (quote !== undefined) {
        this.#at = end + 1;
        return text;
      }
      if (most === bytes.length) throw this.#unexpected();
      from = end;
    }
  }

  /** A number, `true`, `false` or `null`. */
  #word(): unknown {
    const bytes = this.#bytes;
    const start = this.#at;
    while (this.#at - start < SLICE_BYTES && isOfWord(bytes[this.#at])) this.#at++;
    this.#work += 1 + (this.#at - start) / VALUE_BYTES;
    return JSON.parse(this.#decoder.decode(bytes.subarray(start, this.#at)));
  }

  *#space(): Reading<void> {
    const bytes = this.#bytes;
    for (let left = SLICE_BYTES; isSpace(bytes[this.#at]); this.#at++) {
      if (left-- > 0) continue;
      left = SLICE_BYTES;
      yield this.#rest();
    }
    if (this.#work > STEP_VALUES) yield this.#rest();
  }

  #rest(): undefined {
    this.#work = 0;
  }

  /** Whether this byte is next, which is then read. */
  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  /** One more list, object, member or element. */
  #count(depth: number): void {
    this.#values++;
    this.#work++;
    checkSize(depth, this.#values);
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Unexpected byte at ${this.#at}`);
  }
}

/** The last place up to `most` that is neither within a character nor within an escape, as `from` is. */
function cutBefore(bytes: Uint8Array, from: number, most: number): number {
  let cut = most;
  while (cut > most - 3 && isContinuation(bytes[cut])) cut--;
  for (let at = cut - 1; at >= cut - 5; at--) {
    if (bytes[at] !== BACKSLASH) continue;
    let first = at;
    while (first > from && bytes[first - 1] === BACKSLASH) first--;
    const isEscape = (at - first) % 2 === 0;
    const length = bytes[at + 1] === LOWER_U ? 6 : 2;
    return isEscape && at + length > cut ? at : cut;
  }
  return cut;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Letters, digits, signs and points. */
function isOfWord(byte = 0): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x2b && byte <= 0x39 && byte !== COMMA);
}
