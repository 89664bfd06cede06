import { randomInt } from 'node:crypto';
import type { PackedTexts } from './packed-texts.js';

/** Numbers byte strings by first appearance, without making text of them. */
export class ByteVocabulary {
  /** All strings, one after the other. */
  #bytes: Buffer = Buffer.allocUnsafeSlow(4096);
  /** Where each string ends. */
  #ends = new Float64Array(256);
  #hashes = new Int32Array(256);
  #size = 0;
  /** Open addressing by linear probing: a code plus 1; 0 where free. At most half full. */
  #slots = new Int32Array(512);
  /** Redrawn in each process, so that collisions cannot be prepared in a file. */
  readonly #basis = randomInt(2 ** 31);
  /** The code that last followed each code. */
  #next = new Int32Array(256);
  #last = 0;

  get size(): number {
    return this.#size;
  }

  /** The code of `bytes[start..end)`; it was new where the code is the former size. */
  code(bytes: Uint8Array, start: number, end: number): number {
    // Tables repeat themselves: the same question again, or the models in the order of before.
    const last = this.#last;
    const guess = this.#next[last]!;
    if (guess < this.#size && this.#equals(guess, bytes, start, end)) {
      this.#last = guess;
      return guess;
    }
    const code = this.#find(bytes, start, end);
    this.#next[last] = code;
    this.#last = code;
    return code;
  }

  /** The text of a code. */
  text(code: number): string {
    return this.#bytes.toString('utf8', this.#startOf(code), this.#ends[code]);
  }

  /** The texts of the codes from `first` to before `stop`. */
  texts(first: number, stop: number): PackedTexts {
    const from = this.#startOf(first);
    return {
      bytes: Uint8Array.from(this.#bytes.subarray(from, this.#startOf(stop))),
      ends: Int32Array.from(this.#ends.subarray(first, stop), (end) => end - from),
    };
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hash(bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const code = this.#slots[slot]! - 1;
      if (code < 0) break;
      if (this.#hashes[code] === hash && this.#equals(code, bytes, start, end)) return code;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#size + 1;
    return this.#append(bytes, start, end, hash);
  }

  /** As FNV-1a, but four bytes a step, and the low bits mixed with the high ones. */
  #hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#basis ^ (end - start);
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word =
        bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    return hash ^ (hash >>> 16);
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]!;
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(code);
    const length = end - start;
    if (this.#ends[code]! - from !== length) return false;
    const own = this.#bytes;
    // From the back: ids that are numbered differ there.
    for (let at = length - 1; at >= 0; at--) {
      if (own[from + at] !== bytes[start + at]) return false;
    }
    return true;
  }

  #append(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const code = this.#size++;
    const from = this.#startOf(code);
    const to = from + end - start;
    if (to > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(to, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, from));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, end), from);
    if (code === this.#ends.length) {
      this.#ends = grown(this.#ends, new Float64Array(2 * code));
      this.#hashes = grown(this.#hashes, new Int32Array(2 * code));
      this.#next = grown(this.#next, new Int32Array(2 * code));
    }
    this.#ends[code] = to;
    this.#hashes[code] = hash;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return code;
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let slot = this.#hashes[code]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
