/** The headers of a request. */
export interface RequestHeaders {
  /** In lower case. */
  readonly names: readonly string[];
  /** @param name - In lower case. */
  get(name: string): string | null;
}

/**
 * The headers of a request: from Node's own where `bindings` has one, because web headers are a copy of
 * them all.
 */
export function requestHeaders(request: Request, bindings: unknown): RequestHeaders {
  if (typeof bindings === 'object' && bindings !== null && 'incoming' in bindings) {
    const { incoming } = bindings;
    if (typeof incoming === 'object' && incoming !== null && 'headers' in incoming) {
      return new NodeHeaders(Object(incoming.headers));
    }
  }
  const { headers } = request;
  return { names: [...headers.keys()], get: (name) => headers.get(name) };
}

class NodeHeaders implements RequestHeaders {
  readonly #headers: Readonly<Record<string, unknown>>;

  constructor(headers: Readonly<Record<string, unknown>>) {
    this.#headers = headers;
  }

  get names(): readonly string[] {
    return Object.keys(this.#headers);
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    if (typeof value === 'string') return value;
    return Array.isArray(value) ? value.join(', ') : null;
  }
}
