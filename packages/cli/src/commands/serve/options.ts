import type { PriceOptions } from '../../inputs/price-list.js';
import type { PolicyOptions } from '../route/policy-options.js';

/** Options of `embedllm serve`. */
export interface ServeOptions
  extends Partial<Omit<PolicyOptions, 'inputTokens' | 'seed'>>,
    PriceOptions {
  /** Folder of the artifact. @default as the gateway's configuration says */
  readonly artifact?: string | undefined;
  /** Folder of the transformers.js model of the artifact's encoder. */
  readonly encoderFolder?: string | undefined;
  /** Address of the embeddings API of the artifact's encoder. */
  readonly encoderUrl?: string | undefined;
  /** Environment variable with the key of that API. */
  readonly apiKeyEnv?: string | undefined;
  /**
   * Redis where replicas of the gateway share limits of keys, sessions, answers by idempotency key,
   * lock-outs, circuits, outcomes and reloads; `true` for that of EMBEDLLM_CLUSTER.
   *
   * @default this gateway alone
   */
  readonly cluster?: string | true | undefined;
  /** File with the certificate of the authority that signed the one of Redis. */
  readonly clusterCa?: string | undefined;
  /** Check the configuration and the artifact, and serve nothing. @default false */
  readonly check?: boolean | undefined;
}
