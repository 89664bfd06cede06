import type { PolicySettings } from '@embedllm/router/settings';
import type { KeyLimits } from './key-limits.js';
import type { Narrowing } from './narrowing.js';
import type { OutcomeTrust } from './outcome-trust.js';
import type { Secret } from './secret.js';

/** A key that clients send as `Authorization: Bearer`. */
export interface ClientKey {
  /** Name of the key in logs. */
  readonly name: string;
  readonly key: Secret;
  /**
   * Whether it may see the traffic of all keys (`/ui`, `/metrics`) and post outcomes for answers to other keys.
   *
   * @default false
   */
  readonly isAdmin: boolean;
  /**
   * What happens to the outcomes it posts: refused, written to the decision log, or also
   * learned from (`routing.learning`).
   *
   * @default keep
   */
  readonly outcomes: OutcomeTrust;
  /** The only models that its requests may reach, named or routed to. @default all */
  readonly models: readonly string[] | undefined;
  /** The only routed names that it may ask for, such as `auto`. @default all */
  readonly aliases: readonly string[] | undefined;
  /** How its requests for `auto` and `embedllm` are routed. @default as `routing.policy` says */
  readonly policy: PolicySettings | undefined;
  /** By what its requests may narrow the policy that routes them, in headers. @default nothing */
  readonly narrowing: readonly Narrowing[];
  readonly limits: KeyLimits;
}
