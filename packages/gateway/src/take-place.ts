import type { Exchange } from './exchange.js';
import { ApiError } from './http/api-error.js';
import { LimitReachedError } from './upstream/concurrency-limit.js';

/** Waits for a place among the requests of the client, then among all. */
export async function takePlace(exchange: Exchange): Promise<void> {
  const { state, signal, notes } = exchange;
  const { client, address } = notes;
  const places = state.clients.get(client ?? '')?.places;
  if (places) exchange.hold(await places.acquire(signal, client, address).catch(tooMany));
  exchange.hold(await state.limit.acquire(signal, client, address));
}

function tooMany(error: unknown): never {
  if (!(error instanceof LimitReachedError)) throw error;
  const message =
    'Too many requests of this key are running and queued (limits.concurrency of the key).';
  const { retryAfterMs } = error;
  throw new ApiError(429, message, { code: 'too_many_requests', retryAfterMs });
}
