import type { GatewayState } from '../gateway-state.js';
import type { LockoutStore } from '../lockout/lockout-store.js';
import { ApiError } from './api-error.js';
import { givenKey, isWrongKey } from './authentication.js';
import { hexDigest } from './digest.js';
import type { RequestHeaders } from './request-headers.js';

/** Where a key comes from. */
export interface KeyOrigin {
  readonly lockouts: LockoutStore;
  /** Called when an address is locked out. */
  readonly onLockout: (address: string, lockMs: number) => void;
  /** `undefined` where it is not known. */
  readonly address: string | undefined;
}

/**
 * The name of the client's key, as long as its address has not tried too many wrong ones;
 * `undefined` where no keys are configured.
 *
 * @throws ApiError 401 without a key, or with a wrong one; 429 with `Retry-After` while the address is
 * locked out.
 */
export async function identifyClient(
  headers: Pick<RequestHeaders, 'get'>,
  { authenticator, configuration }: GatewayState,
  { lockouts, onLockout, address }: KeyOrigin,
): Promise<string | undefined> {
  const settings = configuration.authentication.lockout;
  if (!settings || address === undefined) return await authenticator.identify(headers);
  let client: string | undefined;
  try {
    client = await authenticator.identify(headers);
  } catch (error) {
    const key = givenKey(headers);
    if (key === undefined || !isWrongKey(error)) throw error;
    // No more of it than tells two keys apart.
    const fingerprint = (await hexDigest(key)).slice(0, 16);
    const { lockedMs, isFirst } = await lockouts.noteWrong(address, fingerprint, settings);
    if (isFirst) onLockout(address, lockedMs);
    throw lockedMs > 0 ? lockedOut(lockedMs) : error;
  }
  if (client === undefined) return undefined;
  const lockedMs = await lockouts.admit(address, client);
  if (lockedMs > 0) throw lockedOut(lockedMs);
  return client;
}

/** The same for right keys and wrong ones, so that nothing is learned from it. */
function lockedOut(retryAfterMs: number): ApiError {
  return new ApiError(429, 'Too many different invalid keys from this address.', {
    code: 'too_many_wrong_keys',
    retryAfterMs,
    isFinal: true,
  });
}
