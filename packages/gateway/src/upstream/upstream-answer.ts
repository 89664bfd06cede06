import type { UpstreamFailure } from './upstream-failure.js';

/** How a call ended, once its answer was passed on in full or not. */
export type CallOutcome = 'answered' | 'refused' | 'abandoned' | UpstreamFailure;

/** An answer for the client: good, or a refusal of its request. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** A whole one, which is in pieces where it is long, or a stream. */
  readonly body: Uint8Array<ArrayBuffer> | readonly Uint8Array[] | ReadableStream<Uint8Array>;
  /** Of a refusal: whether another model may take the same request. */
  readonly isModelLimit?: boolean | undefined;
}
