/** Who takes the bytes of a body. */
export interface BodyListener {
  /** @returns when to come with the next, where that is not at once. */
  chunk(bytes: Uint8Array): Promise<unknown> | undefined;
  /** The body has ended, or broken off. */
  end(isWhole: boolean): void;
}

/** Where the bytes of a request's body come from. */
export interface BodySource {
  start(listener: BodyListener): void;
  /** No more is wanted. */
  stop(): void;
}

/** What is used of Node's `IncomingMessage`. */
interface NodeBody {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close' | 'error', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/**
 * The body of a request, from Node's own stream where `bindings` has one (`incoming`, as
 * `@hono/node-server` gives it): a web stream on top of that takes ten times as long for a body of
 * many small chunks.
 */
export function bodySource(request: Request, bindings: unknown): BodySource {
  const incoming =
    typeof bindings === 'object' && bindings !== null && 'incoming' in bindings
      ? bindings.incoming
      : undefined;
  return isNodeBody(incoming) ? nodeSource(incoming) : webSource(request);
}

function nodeSource(incoming: NodeBody): BodySource {
  let isStopped = false;
  return {
    start({ chunk, end }) {
      incoming.on('data', (bytes) => {
        const next = chunk(bytes);
        if (!next) return;
        incoming.pause();
        void next.then(() => {
          if (!isStopped) incoming.resume();
        });
      });
      incoming.on('end', () => end(true));
      incoming.on('close', () => end(false));
      incoming.on('error', () => end(false));
    },
    stop() {
      isStopped = true;
      incoming.pause();
    },
  };
}

function webSource({ body }: Request): BodySource {
  const reader = body?.getReader();
  return {
    start({ chunk, end }) {
      const read = async (): Promise<void> => {
        for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
          await chunk(next.value);
        }
      };
      read().then(
        () => end(true),
        () => end(false),
      );
    },
    // Not awaited: a slow sender may never let go.
    stop: () => void reader?.cancel().catch(() => undefined),
  };
}

function isNodeBody(value: unknown): value is NodeBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'on' in value &&
    typeof value.on === 'function' &&
    'pause' in value &&
    typeof value.pause === 'function' &&
    'resume' in value &&
    typeof value.resume === 'function'
  );
}
