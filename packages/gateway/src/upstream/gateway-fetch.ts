/** A request to an upstream. */
export interface GatewayFetchInit {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  /** JSON; bytes in UTF-8 unless a vendor's package wrote it. */
  readonly body: Uint8Array<ArrayBuffer> | string;
  /** The same in pieces: cheaper than the body where it is long, which is joined on first use. */
  readonly pieces?: readonly Uint8Array[] | undefined;
  readonly signal: AbortSignal;
  /** Calls a listener when the signal is aborted: cheaper than the signal, which is made on first use. */
  readonly onAbort?: ((listener: () => void) => void) | undefined;
  /** A redirect could carry the key elsewhere. */
  readonly redirect: 'manual';
}

/** What the gateway reads of an upstream's answer; a `Response` is of this type. */
export interface GatewayFetchResponse {
  readonly status: number;
  readonly headers: Iterable<[string, string]> & {
    /** The value of a header, whatever the case of its name. */
    get(name: string): string | null | undefined;
  };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** How requests reach an upstream: `fetch` of any runtime. */
export type GatewayFetch = (url: string, init: GatewayFetchInit) => Promise<GatewayFetchResponse>;
