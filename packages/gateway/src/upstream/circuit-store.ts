/** What a gateway found out about a model of an upstream, for the gateways that ask it too. */
export interface CircuitNews {
  /** The upstream's name. */
  readonly upstream: string;
  /** The model's name at the gateway. */
  readonly model: string;
  /**
   * `open`: it fails too often and is left alone. `half-open`: it may fail; a few calls may try it, the
   * first of which decides. `closed`: it works. `resting`: it is rate-limiting (`Retry-After`).
   */
  readonly state: 'closed' | 'half-open' | 'open' | 'resting';
  /** How long `open` and `resting` last from now, in milliseconds; 0 for the others. */
  readonly forMs: number;
}

/** A gateway among those that share a store. */
export interface CircuitMember {
  /** Passes news on to the others. It is not waited for, and nothing is thrown. */
  tell(news: CircuitNews): void;
  /** Hears and tells no more. */
  leave(): void;
}

/**
 * Spreads what gateways with the same upstreams find out about them. Each goes by what it knows itself, so
 * that no request waits for the store: where it fails, each finds out alone.
 */
export interface CircuitStore {
  /**
   * Takes part in what the members tell each other.
   *
   * @param hear - Called with what the others tell from now on, and with what of it lasts still. Not
   * called with what this member tells itself.
   */
  join(hear: (news: CircuitNews) => void): CircuitMember;
}
