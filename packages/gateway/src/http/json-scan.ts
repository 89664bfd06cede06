import { checkSize, closingQuote, isSpace, QUOTE, withFastSearch } from './json-bytes.js';

/** A member of the outermost object of a JSON text, in UTF-8. */
export interface JsonMember {
  readonly name: string;
  /** Where its value begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** Where a member stands whose name has not been read. */
interface Span {
  readonly nameStart: number;
  readonly nameEnd: number;
  start: number;
  end: number;
}

const DECODER = new TextDecoder();

/**
 * Looks through a JSON text for what would take long to parse or harm whoever handles it next: nesting
 * beyond 64 levels, and very many small values. Finds the members of the outermost object on the way.
 * Knows nothing else of JSON: whether the text is valid shows when it is parsed.
 */
export class JsonScan {
  readonly #bytes: Uint8Array;
  readonly #spans: Span[] = [];
  #depth = 0;
  #values = 0;
  /** The member of the outermost object that is being read. */
  #open: Span | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = withFastSearch(bytes);
  }

  /**
   * Looks through all of it, once.
   *
   * @throws ApiError 400.
   */
  run(): void {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; at++) {
      switch (bytes[at]) {
        case 0x7b: // {
        case 0x5b: // [
          this.#depth++;
          this.#values++;
          checkSize(this.#depth, this.#values);
          break;
        case 0x7d: // }
        case 0x5d: // ]
          this.#depth--;
          if (this.#depth === 0) this.#close(at);
          break;
        case 0x2c: // ,
          this.#values++;
          checkSize(this.#depth, this.#values);
          if (this.#depth === 1) this.#close(at);
          break;
        case 0x3a: // :
          if (this.#depth === 1 && this.#open && this.#open.start === 0) {
            this.#open.start = at + 1;
          }
          break;
        case QUOTE: {
          const end = closingQuote(bytes, at + 1) ?? bytes.length;
          if (this.#depth === 1) this.#open ??= { nameStart: at, nameEnd: end + 1, start: 0, end };
          at = end;
          break;
        }
      }
    }
  }

  /** The members of the outermost object, in order, those that come twice included. Of valid JSON. */
  members(): JsonMember[] {
    const bytes = this.#bytes;
    return this.#spans.map(({ nameStart, nameEnd, start, end }) => {
      let first = start;
      let last = end;
      while (isSpace(bytes[first])) first++;
      while (isSpace(bytes[last - 1])) last--;
      const name = String(JSON.parse(DECODER.decode(bytes.subarray(nameStart, nameEnd))));
      return { name, start: first, end: last };
    });
  }

  #close(at: number): void {
    if (!this.#open) return;
    this.#open.end = at;
    this.#spans.push(this.#open);
    this.#open = undefined;
  }
}
