import type { Cancellable } from '../cancellation.js';
import { ApiError } from '../http/api-error.js';

/** What is held of one request. */
export interface Held {
  /** Fewer bytes are needed than were asked for. */
  shrink(bytes: number): void;
  /** None are needed any more; calling it again does nothing. */
  release(): void;
}

/** Limits on what is held. */
export interface HeldBytesSettings {
  readonly heldBytes: number;
  readonly queueTimeoutMs: number;
}

interface Waiting {
  readonly client: string;
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * Bounds the bytes of long requests that are held at once. A client may take half of what the others
 * leave, so that nobody takes the room of all; its next requests wait, in order, until it gives some back.
 */
export class HeldBytes {
  #settings: HeldBytesSettings;
  #total = 0;
  readonly #byClient = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();

  constructor(settings: HeldBytesSettings) {
    this.#settings = settings;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes other limits; what is held stays. */
  adjust(settings: HeldBytesSettings): void {
    this.#settings = settings;
    this.#admit();
  }

  /**
   * Waits for room.
   *
   * @throws ApiError 429 when none comes within `queueTimeoutMs`; the signal's reason when it is aborted.
   */
  async take(bytes: number, signal: Cancellable, client = ''): Promise<Held> {
    signal.throwIfAborted();
    const isNext = ![...this.#waiting].some((one) => one.client === client);
    if (isNext && this.#fits(client, bytes)) return this.#hold(client, bytes);
    return await new Promise<Held>((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(entry);
      };
      const entry: Waiting = {
        client,
        bytes,
        admit: () => {
          leave();
          resolve(this.#hold(client, bytes));
        },
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(tooMuch());
      }, this.#settings.queueTimeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(entry);
    });
  }

  #fits(client: string, bytes: number): boolean {
    const own = this.#byClient.get(client) ?? 0;
    return own + bytes <= (this.#settings.heldBytes - (this.#total - own)) / 2;
  }

  #hold(client: string, bytes: number): Held {
    let held = 0;
    const change = (to: number): void => {
      const own = (this.#byClient.get(client) ?? 0) + to - held;
      if (own === 0) this.#byClient.delete(client);
      else this.#byClient.set(client, own);
      this.#total += to - held;
      held = to;
    };
    change(bytes);
    const shrink = (to: number): void => {
      if (to >= held) return;
      change(to);
      this.#admit();
    };
    return { shrink, release: () => shrink(0) };
  }

  /** Lets in who fits, the requests of each client in order. */
  #admit(): void {
    const blocked = new Set<string>();
    for (const { client, bytes, admit } of this.#waiting) {
      if (!blocked.has(client) && this.#fits(client, bytes)) admit();
      else blocked.add(client);
    }
  }
}

function tooMuch(): ApiError {
  const message = 'The gateway holds too much of other requests of this client (limits.heldBytes).';
  return new ApiError(429, message, { code: 'too_many_bytes', retryAfterMs: 1000, isFinal: true });
}
