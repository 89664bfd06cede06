/** Bits in a word. */
const WORD = 32;

/** Bytes of bits beyond which no more are kept. */
const MAX_BYTES: number = 128 * 1024 * 1024;

/** Which pairs of a question and a model occurred, a bit each. */
export class SeenPairs {
  /** For each 32 models, a word for each question. */
  #blocks: Uint32Array[] = [];
  #capacity = 1024;
  readonly #maxBytes: number;
  #mayRepeat = false;

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Whether a pair occurred twice, or there were too many to tell. */
  get mayRepeat(): boolean {
    return this.#mayRepeat;
  }

  add(question: number, model: number): void {
    if (this.#mayRepeat) return;
    const at = model >>> 5;
    if (question >= this.#capacity || at >= this.#blocks.length) this.#grow(question, at);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const bit = 1 << (model & (WORD - 1));
    const word = block[question]!;
    if ((word & bit) !== 0) this.#mayRepeat = true;
    block[question] = word | bit;
  }

  #grow(question: number, at: number): void {
    while (this.#capacity <= question) this.#capacity *= 2;
    const blocks = Math.max(this.#blocks.length, at + 1);
    if (blocks * this.#capacity * Uint32Array.BYTES_PER_ELEMENT > this.#maxBytes) {
      this.#mayRepeat = true;
      this.#blocks = [];
      return;
    }
    this.#blocks = Array.from({ length: blocks }, (_, index) => {
      const present = this.#blocks[index];
      if (present?.length === this.#capacity) return present;
      const words = new Uint32Array(this.#capacity);
      if (present !== undefined) words.set(present);
      return words;
    });
  }
}
