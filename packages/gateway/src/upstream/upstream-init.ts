import type { Cancellation } from '../cancellation.js';
import { joinBytes } from '../http/join-bytes.js';
import type { GatewayFetchInit } from './gateway-fetch.js';

/** What the request of a call is made of. */
export interface UpstreamInitOptions {
  readonly headers: Record<string, string>;
  readonly pieces: readonly Uint8Array[];
  readonly cancellation: Cancellation;
}

/**
 * The request of a call, of which whole body and signal are made when somebody asks for them. Own members, so that a
 * transport may spread it; by getters that all requests share, because an object with getters of its own
 * has a hidden class of its own, which keeps what they refer to until the next full garbage collection.
 */
export class UpstreamInit implements GatewayFetchInit {
  static readonly #madeOnUse = {
    body: {
      enumerable: true,
      get(this: UpstreamInit) {
        return joinBytes(this.pieces);
      },
    },
    signal: {
      enumerable: true,
      get(this: UpstreamInit) {
        return this.#cancellation.signal;
      },
    },
  };

  readonly method = 'POST';
  readonly redirect = 'manual';
  readonly headers: Record<string, string>;
  readonly pieces: readonly Uint8Array[];
  readonly onAbort: (listener: () => void) => void;
  declare readonly body: Uint8Array<ArrayBuffer>;
  declare readonly signal: AbortSignal;
  readonly #cancellation: Cancellation;

  constructor({ headers, pieces, cancellation }: UpstreamInitOptions) {
    this.headers = headers;
    this.pieces = pieces;
    this.onAbort = (listener) => cancellation.addEventListener('abort', listener);
    this.#cancellation = cancellation;
    Object.defineProperties(this, UpstreamInit.#madeOnUse);
  }
}
