import { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import type { UpstreamConfiguration } from '../configuration/configuration.js';
import { Turns } from '../http/turns.js';
import type {
  GatewayFetch,
  GatewayFetchInit,
  GatewayFetchResponse,
} from '../upstream/gateway-fetch.js';
import { decompressed } from './decompressed.js';
import { ReceivedBody } from './received-body.js';

/** Connections to upstreams, kept open between requests. */
export interface NodeTransport {
  readonly transport: (upstream: UpstreamConfiguration) => GatewayFetch;
  /** Closes connections that no request uses; requests that run are finished. */
  close(): Promise<void>;
}

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Bytes from which a body is sent in slices, and those of a slice. */
const LONG_BYTES = 131_072;
const SLICE_BYTES = 131_072;
/** What it takes to give a slice to a connection, in milliseconds. */
const SLICE_MS = 0.2;
/** Informational answers before an answer; there is one or two of them, if any. */
const MOST_INFORMATIONAL = 32;
/** How long an unused connection is kept where the upstream does not say. */
const KEEP_ALIVE_MS = 30_000;

/** A transport over undici, which honours `connectMs`. */
export function undiciTransport(): NodeTransport {
  const agents: Agent[] = [];
  const turns = new Turns();
  return {
    transport: ({ timeouts }) => {
      const dispatcher = new Agent({
        connect: { timeout: timeouts.connectMs },
        keepAliveTimeout: KEEP_ALIVE_MS,
        // The gateway has timeouts of its own, by what is awaited.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      agents.push(dispatcher);
      return async (url, init) => {
        const { method, onAbort } = init;
        const { headers, body } = sentBody(init, turns);
        const { origin, pathname, search } = new URL(url);
        return await new Promise<GatewayFetchResponse>((resolve, reject) => {
          const handler = new ResponseHandler(turns, resolve, reject);
          if (onAbort) onAbort(() => handler.abort());
          else init.signal.addEventListener('abort', () => handler.abort(), { once: true });
          // Unlike `fetch`, this follows no redirect, and costs a fraction of it.
          dispatcher.dispatch({ origin, path: pathname + search, method, headers, body }, handler);
        });
      };
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.close()));
    },
  };
}

/** A long body goes out piece by piece, in turns, as fast as the connection takes it, and is never copied. */
function sentBody(init: GatewayFetchInit, turns: Turns) {
  const { headers, pieces } = init;
  const length = pieces?.reduce((sum, piece) => sum + piece.length, 0) ?? 0;
  if (!pieces || length < LONG_BYTES) return { headers, body: init.body };
  return {
    headers: { ...headers, 'content-length': String(length) },
    body: Readable.from(slicesOf(pieces, turns), { objectMode: false }),
  };
}

async function* slicesOf(
  pieces: readonly Uint8Array[],
  turns: Turns,
): AsyncGenerator<Uint8Array, undefined> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES) {
      await turns.take(() => undefined, SLICE_MS);
      yield piece.subarray(at, at + SLICE_BYTES);
    }
  }
}

/** Makes a response of what undici says; `request` of undici makes a stream of Node's of it, which takes longer. */
class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #turns: Turns;
  readonly #resolve: (response: GatewayFetchResponse) => void;
  readonly #reject: (error: Error) => void;
  #controller: Controller | undefined;
  #body: ReceivedBody | undefined;
  #informational = 0;
  #isAborted = false;

  constructor(
    turns: Turns,
    resolve: (response: GatewayFetchResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#turns = turns;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Gives the request up, whether or not it has been sent. */
  abort(): void {
    this.#isAborted = true;
    const reason = new Error('The request was abandoned.');
    this.#controller?.abort(reason);
    this.onResponseError(undefined, reason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isAborted) controller.abort(new Error('The request was abandoned.'));
  }

  onResponseStart(controller: Controller, status: number, given: Headers): void {
    if (status < 200) {
      // The answer follows.
      if (++this.#informational > MOST_INFORMATIONAL) this.abort();
      return;
    }
    const headers = new Map<string, string>();
    for (const name in given) headers.set(name, String(given[name] ?? ''));
    this.#body = new ReceivedBody(controller, this.#turns);
    this.#resolve({ status, headers, body: decompressed(this.#body, headers) });
  }

  onResponseData(_: Controller, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#body?.end();
  }

  onResponseError(_: Controller | undefined, error: Error): void {
    if (this.#body) this.#body.fail(error);
    else this.#reject(error);
  }
}
