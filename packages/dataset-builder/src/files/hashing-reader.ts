import { Worker } from 'node:worker_threads';
import { readError } from './read-error.js';

/** Bytes of a chunk: few enough to stay in a core's cache until they are hashed or scanned. */
export const CHUNK_BYTES: number = 1 << 18;

/** Bytes before each chunk, where its reader puts what the chunk before it cut. */
export const ROOM: number = 1 << 16;

/** Chunks that may be read ahead. */
const SLOTS = 16;

/** Positions in the shared numbers; the lengths of chunks follow, by slot. */
const FILLED = 0;
const TAKEN = 1;
const WAITING = 2;
const LENGTHS = 3;

/**
 * What the thread runs. Source text rather than a file, so that it is there however this package
 * is bundled.
 */
const SOURCE = `
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { path, numbers, slots } = workerData;
const file = openSync(path, 'r');
const hash = createHash('sha256');
for (let number = 0; ; number++) {
  if (numbers !== undefined) {
    let taken = Atomics.load(numbers, ${TAKEN});
    for (; number - taken >= slots.length; taken = Atomics.load(numbers, ${TAKEN})) {
      Atomics.wait(numbers, ${TAKEN}, taken);
    }
  }
  const slot = number % slots.length;
  const length = readSync(file, slots[slot], ${ROOM}, ${CHUNK_BYTES}, null);
  if (numbers !== undefined) {
    numbers[${LENGTHS} + slot] = length;
    Atomics.store(numbers, ${FILLED}, number + 1);
    if (Atomics.exchange(numbers, ${WAITING}, 0) === 1) parentPort.postMessage({});
  }
  if (length === 0) break;
  hash.update(slots[slot].subarray(${ROOM}, ${ROOM} + length));
}
closeSync(file);
parentPort.postMessage({ sha256: hash.digest('hex') });
`;

/** Bytes of a file in part of a buffer, before which some are free. */
export interface Chunk {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Hashes a file in a thread of its own, and hands on what it reads: parsing and hashing take a core
 * each, and the file is read once.
 */
export class HashingReader {
  readonly #file: string;
  readonly #worker: Worker;
  /** Shared with the thread; `undefined` where nobody reads the chunks. */
  readonly #numbers: Int32Array | undefined;
  readonly #slots: readonly Uint8Array[];
  readonly #failed: Promise<never>;
  #wake: (() => void) | undefined;

  /** SHA-256 of the file in hexadecimal. @throws DataError `io` when it cannot be read. */
  readonly sha256: Promise<string>;

  /** @param shares - whether `chunks` will be read; if not, nothing waits for it. */
  constructor(file: string, shares: boolean) {
    this.#file = file;
    const memory = (bytes: number): ArrayBuffer | SharedArrayBuffer =>
      shares ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
    this.#numbers = shares ? new Int32Array(memory(4 * (LENGTHS + SLOTS))) : undefined;
    this.#slots = Array.from(
      { length: shares ? SLOTS : 1 },
      () => new Uint8Array(memory(ROOM + CHUNK_BYTES)),
    );
    this.#worker = new Worker(SOURCE, {
      eval: true,
      workerData: { path: file, numbers: this.#numbers, slots: this.#slots },
    });
    this.#failed = new Promise((_, reject) => {
      this.#worker.once('error', (error) => reject(readError(file, error)));
      this.#worker.once('exit', () => reject(readError(file, new Error('hashing was stopped'))));
    });
    this.sha256 = Promise.race([
      this.#failed,
      new Promise<string>((resolve) => {
        this.#worker.on('message', ({ sha256 }: { readonly sha256?: string }) => {
          this.#wake?.();
          if (sha256 !== undefined) resolve(sha256);
        });
      }),
    ]);
    // It is awaited after the parsing, which may fail first.
    this.sha256.catch(() => {});
    this.#failed.catch(() => {});
  }

  /** The file, once; a chunk is valid until the next is asked for. @throws DataError `io` */
  async *chunks(): AsyncGenerator<Chunk, void, undefined> {
    const numbers = this.#numbers;
    if (numbers === undefined) throw new Error(`${this.#file} is not shared.`);
    for (let number = 0; ; number++) {
      while (Atomics.load(numbers, FILLED) <= number) await this.#more(numbers, number);
      const slot = this.#slots[number % SLOTS] as Uint8Array;
      const length = numbers[LENGTHS + (number % SLOTS)]!;
      if (length === 0) return;
      yield { buffer: Buffer.from(slot.buffer), start: ROOM, end: ROOM + length };
      Atomics.store(numbers, TAKEN, number + 1);
      Atomics.notify(numbers, TAKEN);
    }
  }

  /** Ends the thread, whether it is done or not. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Waits until there is another chunk. */
  async #more(numbers: Int32Array, number: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    Atomics.store(numbers, WAITING, 1);
    // It may have come in the meantime, and nobody would say so any more.
    if (Atomics.load(numbers, FILLED) <= number) await Promise.race([woken, this.#failed]);
  }
}
