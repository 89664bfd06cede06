import type { ConfigurationFields } from './configuration-fields.js';

/** What happens to the outcomes a key posts. */
export type OutcomeTrust = 'refuse' | 'keep' | 'learn';

const TRUSTS: readonly OutcomeTrust[] = ['refuse', 'keep', 'learn'];

/** Reads how far the outcomes of a key are trusted. */
export function readOutcomeTrust(key: ConfigurationFields): OutcomeTrust {
  return key.choice('outcomes', TRUSTS, 'keep');
}
