import { Worker } from 'node:worker_threads';
import type { EncoderRecord } from '@embedllm/core';
import { encodeThreadUrl } from '../encode-thread-url.js';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.js';

/** Who waits for an answer of the thread. */
interface Waiting {
  readonly resolve: (data: Float32Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread has ended, and its pending requests with it. */
export class ThreadEnded extends Error {}

/**
 * A thread with a copy of an encoder. It starts with the first request and ends after a while without
 * any; it never keeps the process alive.
 */
export class EncoderThread {
  readonly #record: EncoderRecord;
  readonly #idleMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #isReady = false;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(record: EncoderRecord, idleMs: number) {
    this.#record = record;
    this.#idleMs = idleMs;
  }

  /** Whether an answer can be had now; begins the thread where there is none. */
  get isReady(): boolean {
    this.#worker ??= this.#start();
    return this.#isReady;
  }

  /** @throws ThreadEnded; what the encoder throws; the signal's reason. */
  async ask(
    ask: ThreadRequest['ask'],
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    clearTimeout(this.#idle);
    let stop: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        stop = () => reject(signal?.reason);
        signal?.addEventListener('abort', stop, { once: true });
        this.#waiting.set(id, { resolve, reject });
        this.#worker?.postMessage({ id, ask, texts } satisfies ThreadRequest);
      });
    } finally {
      if (stop) signal?.removeEventListener('abort', stop);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#endWhenIdle();
    }
  }

  #start(): Worker {
    const worker = new Worker(encodeThreadUrl, { workerData: this.#record });
    worker.unref();
    worker.on('message', (message: 'ready' | ThreadAnswer) => {
      if (message === 'ready') {
        this.#isReady = true;
        this.#endWhenIdle();
        return;
      }
      const waiting = this.#waiting.get(message.id);
      if ('error' in message) waiting?.reject(message.error);
      else waiting?.resolve(message.data);
    });
    worker.on('error', (error) => {
      process.emitWarning(`The encoding thread failed and is restarting: ${String(error)}`);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) {
        this.#worker = undefined;
        this.#isReady = false;
      }
      for (const { reject } of this.#waiting.values()) reject(new ThreadEnded());
    });
    return worker;
  }

  #endWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#worker?.terminate(), this.#idleMs);
    this.#idle.unref();
  }
}
