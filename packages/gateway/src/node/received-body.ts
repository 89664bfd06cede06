import { joinBytes } from '../http/join-bytes.js';

/** What is used of undici's controller of a request. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

type Result = IteratorResult<Uint8Array, undefined>;

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

const END: Result = { done: true, value: undefined };
/** What may wait to be read before no more is taken from the connection. */
const MOST_WAITING_BYTES = 65_536;

/**
 * The body of an answer as it comes, to be read once. No more of it is taken from the connection than is
 * read; giving it up closes the connection.
 */
export class ReceivedBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #flow: Flow;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isPaused = false;
  #isOver = false;
  #error: Error | undefined;
  #waiting: Waiting | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** A piece has come. */
  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#waiting) {
      this.#take()?.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#isPaused || this.#bytes < MOST_WAITING_BYTES) return;
    this.#isPaused = true;
    this.#flow.pause();
  }

  /** All has come. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#take()?.resolve(END);
  }

  /** It broke off. What has come before is read first. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const waiting = this.#take();
    if (waiting) waiting.reject(error);
    else this.#error = error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const [first, second] = this.#chunks;
    if (first) {
      // Events of a stream come one by one; what has piled up is passed on at once.
      const value = second ? joinBytes(this.#chunks) : first;
      this.#chunks = [];
      this.#bytes = 0;
      if (this.#isPaused) {
        this.#isPaused = false;
        this.#flow.resume();
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#isOver) return Promise.resolve(END);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Gives up the rest. */
  return(): Promise<Result> {
    this.#chunks = [];
    if (!this.#isOver) {
      this.#isOver = true;
      this.#flow.abort(new Error('The answer was given up.'));
    }
    this.#take()?.resolve(END);
    return Promise.resolve(END);
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
