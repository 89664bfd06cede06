import { messageOf } from '../files/read-error.js';
import { errorOfResponse, readableUrl } from './error-of-response.js';
import { HubError } from './hub-error.js';
import { type HubSettings, isAllowedUrl } from './hub-settings.js';
import type { Repository } from './repository.js';
import { withRetries } from './retry.js';

const MAX_REDIRECTS = 5;
/** Longest answer of the hub's API: about 100,000 files of a listing's page. */
const MAX_API_BYTES: number = 32 * 1024 * 1024;

/** Request with the address that is asked now. */
type Request = Omit<RequestInit, 'headers'> & { readonly headers: Headers };

/**
 * HTTP with the rules that hold for everything that comes from or goes to the hub: the token only
 * to the endpoint, redirects only to https, timeouts, new tries.
 */
export class HubClient {
  readonly settings: HubSettings;
  readonly #repository: Repository;

  constructor(settings: HubSettings, repository: Repository) {
    this.settings = settings;
    this.#repository = repository;
  }

  /**
   * What the hub's client uses as `fetch`. Answers are read whole, so that one that is cut off is
   * asked for again, and must have a status of 200 to 299.
   *
   * @throws HubError, or the signal's reason.
   */
  readonly fetch: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = (init?.method ?? 'GET').toUpperCase();
    const read = async (): Promise<Response> => {
      const { response, body } = await this.open(url, init);
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of body) {
        length += chunk.length;
        if (length > MAX_API_BYTES) {
          throw new HubError(
            `${readableUrl(url)} answered with more than ${MAX_API_BYTES} bytes, more than the hub ever sends.`,
          );
        }
        chunks.push(chunk);
      }
      const { status, statusText, headers } = response;
      const whole = new Response(status === 204 ? null : Buffer.concat(chunks), {
        status,
        statusText,
        headers,
      });
      // The hub's client looks at it; the constructor cannot set it.
      Object.defineProperty(whole, 'url', { value: response.url });
      return whole;
    };
    // What creates or commits something may have happened although its answer was lost.
    const repeatable = ['GET', 'HEAD', 'PUT'].includes(method);
    return withRetries(this.settings, async () => {
      try {
        return await read();
      } catch (error) {
        if (repeatable || !(error instanceof HubError) || error.status === 429) throw error;
        const { message, status, cause } = error;
        throw new HubError(message, { status, cause, retryable: false });
      }
    });
  };

  /**
   * Asks once, following redirects.
   *
   * @returns the answer, whose body is to be read through `body`: it watches the timeout.
   * @throws HubError on any status but 200 to 299, or the signal's reason.
   */
  async open(
    address: string,
    init: RequestInit = {},
  ): Promise<{ response: Response; body: AsyncIterable<Uint8Array> }> {
    const { timeoutMs, signal } = this.settings;
    // An upload is silent for as long as it takes.
    const watch = new Watch(init.body == null ? timeoutMs : undefined, [signal, init.signal]);
    try {
      const request = { ...init, headers: new Headers(init.headers), signal: watch.signal };
      const response = await this.#follow(new URL(address), request);
      watch.touch();
      if (!response.ok) {
        throw await errorOfResponse(response, this.#repository, this.settings);
      }
      return { response, body: this.#read(response, watch, address) };
    } catch (error) {
      watch.stop();
      throw this.#explain(error, watch, address);
    }
  }

  async #follow(start: URL, request: Request): Promise<Response> {
    const { endpoint, token } = this.settings;
    let url = start;
    let { body, method } = request;
    const headers = new Headers(request.headers);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      if (!isAllowedUrl(url, endpoint)) {
        throw new HubError(
          `${readableUrl(start)} redirects to ${readableUrl(url)}, which is not https, so it is not followed.`,
        );
      }
      const sent = new Headers(headers);
      if (token !== undefined && url.origin === endpoint.origin && !sent.has('authorization')) {
        sent.set('authorization', `Bearer ${token}`);
      }
      const response = await this.settings.fetch(url, {
        ...request,
        headers: sent,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
        ...(method === undefined ? {} : { method }),
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      if (!URL.canParse(location, url.href)) {
        throw new HubError(`${readableUrl(url)} redirects to an invalid address.`);
      }
      const next = new URL(location, url);
      if (next.origin !== url.origin) headers.delete('authorization');
      if (response.status === 303) {
        method = 'GET';
        body = undefined;
      }
      url = next;
    }
    throw new HubError(`${readableUrl(start)} redirects more than ${MAX_REDIRECTS} times.`);
  }

  async *#read(
    response: Response,
    watch: Watch,
    address: string,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (response.body === null) return;
      for await (const chunk of response.body) {
        watch.touch();
        yield chunk;
      }
    } catch (error) {
      throw this.#explain(error, watch, address);
    } finally {
      watch.stop();
    }
  }

  /** Errors of `fetch` are about connections: worth a new try. */
  #explain(error: unknown, watch: Watch, address: string): unknown {
    if (error instanceof HubError) return error;
    const { signal, timeoutMs } = this.settings;
    if (signal?.aborted) return signal.reason;
    const where = readableUrl(address);
    if (watch.timedOut) {
      return new HubError(`${where} sent nothing for ${timeoutMs} ms.`, {
        cause: error,
        retryable: true,
      });
    }
    if (!(error instanceof TypeError)) return error;
    const reason = error.cause === undefined ? messageOf(error) : messageOf(error.cause);
    return new HubError(
      `the connection to ${where} failed (${reason}). Files in the cache can be read with offline: true.`,
      { cause: error, retryable: true },
    );
  }
}

/** Ends a request when nothing comes for too long, or a caller says so. */
class Watch {
  timedOut = false;
  readonly signal: AbortSignal;
  readonly #timeoutMs: number | undefined;
  readonly #silence: AbortController = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number | undefined, signals: readonly (AbortSignal | null | undefined)[]) {
    this.#timeoutMs = timeoutMs;
    const given = signals.filter((signal) => signal instanceof AbortSignal);
    this.signal = AbortSignal.any([this.#silence.signal, ...given]);
    this.touch();
  }

  touch(): void {
    this.stop();
    if (this.#timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#silence.abort();
    }, this.#timeoutMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
