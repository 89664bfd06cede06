/** Byte strings one after the other: what passes between threads without copying or decoding. */
export interface PackedTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each ends in `bytes`; it starts where the one before ends. */
  readonly ends: Int32Array<ArrayBuffer>;
}

/** How many there are. */
export function countOfTexts({ ends }: PackedTexts): number {
  return ends.length;
}

/** Where a text starts in the bytes. */
export function startOfText({ ends }: PackedTexts, index: number): number {
  return index === 0 ? 0 : ends[index - 1]!;
}

/** A text of UTF-8. */
export function textAt(texts: PackedTexts, index: number): string {
  const { buffer, byteOffset } = texts.bytes;
  const start = startOfText(texts, index);
  return Buffer.from(buffer, byteOffset + start, texts.ends[index]! - start).toString();
}

/** Collects byte strings. */
export class TextPacker {
  #bytes = new Uint8Array(4096);
  #ends = new Int32Array(64);
  #count = 0;

  add(bytes: Uint8Array): void {
    const start = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const end = start + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, start);
    if (this.#count === this.#ends.length) {
      const larger = new Int32Array(2 * this.#count);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[this.#count++] = end;
  }

  /** All that was added since the last call. */
  take(): PackedTexts {
    const length = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const texts = { bytes: this.#bytes.slice(0, length), ends: this.#ends.slice(0, this.#count) };
    this.#count = 0;
    return texts;
  }
}
