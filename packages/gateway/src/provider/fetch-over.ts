import type { GatewayFetch } from '../upstream/gateway-fetch.js';

/** What packages of the AI SDK take for `fetch`. */
type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** `fetch` over the transport of an upstream, so that its connections and timeouts hold. */
export function fetchOver(transport: GatewayFetch): Fetch {
  return async (input, init = {}) => {
    const { body, signal } = init;
    const response = await transport(input instanceof Request ? input.url : String(input), {
      method: 'POST',
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        // Nothing to unpack means nothing to wait for between tokens.
        'accept-encoding': 'identity',
      },
      body: typeof body === 'string' ? body : '',
      signal: signal ?? new AbortController().signal,
      redirect: 'manual',
    });
    const { status, headers } = response;
    const hasBody = response.body !== null && !WITHOUT_BODY.has(status);
    return new Response(hasBody && response.body ? streamOf(response.body) : null, {
      status,
      headers: [...headers],
    });
  };
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
