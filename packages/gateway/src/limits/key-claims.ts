import { type KeyLimits, WINDOWED, type Windowed } from '../configuration/key-limits.js';
import { NANODOLLARS } from '../costs/model-price.js';
import type { LimitClaim } from './limit-store.js';
import { LIMIT_WINDOWS } from './limit-window.js';

/** A limit of a key in a window, in the units of its counter: dollars in nanodollars. */
export interface KeyClaim extends Omit<LimitClaim, 'amount'> {
  readonly resource: Windowed;
}

/** All limits of a key that hold for a window, shortest windows first. */
export function claimsOf(key: string, limits: KeyLimits): KeyClaim[] {
  return WINDOWED.flatMap((resource) =>
    LIMIT_WINDOWS.flatMap((window) => {
      const limit = limits[resource][window];
      if (limit === undefined) return [];
      const unit = resource === 'dollars' ? NANODOLLARS : 1;
      return { name: `${key}/${resource}`, window, limit: Math.floor(limit * unit), resource };
    }),
  );
}

/** Whether tokens or dollars are limited, so that answers have to be bounded and counted. */
export function isMetered({ tokens, inputTokens, outputTokens, dollars }: KeyLimits): boolean {
  return [tokens, inputTokens, outputTokens, dollars].some(
    (limits) => Object.keys(limits).length > 0,
  );
}

/** Whether anything is limited in windows. */
export function isWindowed(limits: KeyLimits): boolean {
  return isMetered(limits) || Object.keys(limits.requests).length > 0;
}
