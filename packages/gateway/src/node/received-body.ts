import { joinBytes } from '../http/join-bytes.js';
import type { Turns } from '../http/turns.js';

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
/** What is taken before others have a turn, and what that takes in milliseconds. */
const TURN_BYTES = 65_536;
const TURN_MS = 0.2;

/**
 * The body of an answer as it comes, to be read once. No more of it is taken from the connection than is
 * read, and long ones take turns; giving it up closes the connection.
 */
export class ReceivedBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #flow: Flow;
  readonly #turns: Turns;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #sinceTurn = 0;
  #hasTurn = true;
  #isPaused = false;
  #isOver = false;
  #error: Error | undefined;
  #waiting: Waiting | undefined;

  constructor(flow: Flow, turns: Turns) {
    this.#flow = flow;
    this.#turns = turns;
  }

  /** A piece has come. */
  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    const waiting = this.#take();
    if (waiting) waiting.resolve({ done: false, value: chunk });
    else {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
    }
    this.#sinceTurn += chunk.length;
    if (this.#sinceTurn >= TURN_BYTES && this.#hasTurn) void this.#waitForTurn();
    this.#pauseOrResume();
  }

  async #waitForTurn(): Promise<void> {
    this.#hasTurn = false;
    this.#sinceTurn = 0;
    await this.#turns.take(() => undefined, TURN_MS);
    this.#hasTurn = true;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const isPaused = !this.#hasTurn || this.#bytes >= MOST_WAITING_BYTES;
    if (this.#isOver || isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#flow.pause();
    else this.#flow.resume();
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
      this.#pauseOrResume();
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
      this.#flow.abort(new Error('The answer was abandoned.'));
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
