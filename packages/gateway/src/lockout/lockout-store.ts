import type { LockoutSettings } from '../configuration/lockout-settings.js';

/** What came of a wrong key. */
export interface WrongKey {
  /** Milliseconds until the address may try further keys; 0 where it may. */
  readonly lockedMs: number;
  /** Whether it was this key that locked the address out. */
  readonly isFirst: boolean;
}

/** Where it is kept which keys addresses tried. Gateways that share a store lock out together. */
export interface LockoutStore {
  /**
   * A right key came from an address.
   *
   * @returns milliseconds until it may be taken from there. 0 where it may be now; then it is remembered,
   * and taken from there even while the address is locked out.
   */
  admit(address: string, client: string): Promise<number>;
  /** A wrong key came from an address. @param fingerprint - Of the key. */
  noteWrong(address: string, fingerprint: string, settings: LockoutSettings): Promise<WrongKey>;
}
