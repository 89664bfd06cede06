import type { PolicySettings } from '@embedllm/router/settings';
import type { KeyLimits } from './key-limits.js';
import type { Narrowing } from './narrowing.js';
import type { OutcomeTrust } from './outcome-trust.js';
import type { Secret } from './secret.js';

/** A key that clients send as `Authorization: Bearer`. */
export interface ClientKey {
  /** What the key is called in logs. */
  readonly name: string;
  readonly key: Secret;
  /**
   * Whether it may see what all keys do: `/ui`, `/metrics`, and say how good the answers of others were.
   *
   * @default false
   */
  readonly isAdmin: boolean;
  /**
   * What becomes of the outcomes that it posts: they are refused, kept in the log of decisions, or also
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
