const FIRST_BYTES = 16_384;
/** How much more is made room for than has come. */
const GROWTH = 16;

/**
 * Bytes that come piece by piece. Mostly there is one piece, which is taken as it is. Room for more grows by
 * factors, so that neither many small pieces nor a large one are copied often, nor memory is taken for what is
 * only announced.
 */
export class GrowingBytes {
  readonly #announced: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** @param announced - How many are to come, or 0. */
  constructor(announced: number) {
    this.#announced = announced;
  }

  get length(): number {
    return this.#length;
  }

  /** What has come. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(piece: Uint8Array): void {
    const length = this.#length;
    const needed = length + piece.length;
    if (length === 0) this.#bytes = piece;
    else {
      if (needed > this.#bytes.length) this.#grow(needed);
      this.#bytes.set(piece, length);
    }
    this.#length = needed;
  }

  #grow(needed: number): void {
    const announced = Math.min(this.#announced, GROWTH * needed);
    const room = Math.max(FIRST_BYTES, 2 * this.#bytes.length, needed, announced);
    const larger = new Uint8Array(room);
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
