import { checkInteger, EmbedLLMError } from '@embedllm/internals';

/** The typed arrays that `Random.shuffle` takes besides plain arrays. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

interface Swappable {
  readonly length: number;
  [index: number]: unknown;
}

/**
 * A seeded stream of random numbers: the same seed gives the same stream on every platform
 * (`normal` to within rounding).
 * Generator sfc32 by Chris Doty-Humphrey (PractRand), seeded through splitmix32.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  /**
   * @param seed - Any 32-bit unsigned integer.
   * @throws EmbedLLMError `invalid-argument` when it is not.
   */
  constructor(seed: number) {
    checkInteger('The seed', seed, { min: 0, max: 0xffffffff });
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let round = 0; round < 12; round++) this.uint32();
  }

  /** An integer from 0 to 2^32 - 1, each as likely. */
  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    return (this.uint32() * 0x200000 + (this.uint32() >>> 11)) / 0x20000000000000;
  }

  /**
   * An integer from 0 to `limit - 1`, each as likely (to within limit / 2^53).
   *
   * @param limit - An integer ≥ 1.
   * @throws EmbedLLMError `invalid-argument` when it is not.
   */
  integer(limit: number): number {
    checkInteger('The limit', limit, { min: 1 });
    return Math.floor(this.uniform() * limit);
  }

  /**
   * A draw from the standard normal distribution (polar method of Marsaglia). Its last digits may
   * differ between JavaScript engines, which are free in how they round logarithms.
   */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /**
   * One of the items, each as likely.
   *
   * @throws EmbedLLMError `invalid-argument` when there is none.
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) {
      throw new EmbedLLMError('Cannot pick from an empty list.', { code: 'invalid-argument' });
    }
    return items[this.integer(items.length)] as T;
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[];
  shuffle<T extends NumericArray>(items: T): T;
  shuffle(items: Swappable): Swappable {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const held = items[last];
      items[last] = items[other];
      items[other] = held;
    }
    return items;
  }
}
