import type { ConfigurationFields } from './configuration-fields.js';

/** What becomes of the outcomes of a key. */
export type OutcomeTrust = 'refuse' | 'keep' | 'learn';

const TRUSTS: readonly OutcomeTrust[] = ['refuse', 'keep', 'learn'];

/** Reads how far the outcomes of a key are trusted. */
export function readOutcomeTrust(key: ConfigurationFields): OutcomeTrust {
  const given = key.text('outcomes', 'keep');
  const trust = TRUSTS.find((name) => name === given);
  return trust ?? key.fail('outcomes', `Must be one of ${TRUSTS.join(', ')}.`);
}
