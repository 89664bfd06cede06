import type { ConfigurationFields } from './configuration-fields.js';

/** When an address that tries wrong keys is locked out. */
export interface LockoutSettings {
  /** Different wrong keys within `windowMs`, from 1. @default 20 */
  readonly wrongKeys: number;
  /** How long a wrong key counts, in milliseconds. @default 600000 */
  readonly windowMs: number;
  /** How long no other key is taken from the address, in milliseconds. @default 600000 */
  readonly lockMs: number;
  /**
   * The header in which your proxy passes the client's address; of several addresses, the last
   * counts, because your proxy added it.
   *
   * @default none: the address of the connection
   */
  readonly addressHeader: string | undefined;
}

/** The longest that can be set: a week. */
const MAX_MS = 604_800_000;

/** Reads when addresses are locked out; `lockout: false` for never. */
export function readLockout(parent: ConfigurationFields): LockoutSettings | undefined {
  if (parent.has('lockout') && !parent.isObject('lockout')) {
    if (parent.flag('lockout', true)) {
      parent.fail('lockout', 'Must be false or the settings of the lock-out.');
    }
    return undefined;
  }
  const fields = parent
    .fields('lockout')
    .allow(['addressHeader', 'lockMs', 'windowMs', 'wrongKeys']);
  const addressHeader = fields.optionalText('addressHeader')?.toLowerCase();
  if (addressHeader !== undefined && !/^[a-z0-9-]+$/.test(addressHeader)) {
    fields.fail('addressHeader', 'Must be the name of a header such as X-Forwarded-For.');
  }
  const time = (key: string): number =>
    fields.number(key, { default: 600_000, min: 1, max: MAX_MS });
  return {
    wrongKeys: fields.number('wrongKeys', { default: 20, min: 1, max: 10_000 }),
    windowMs: time('windowMs'),
    lockMs: time('lockMs'),
    addressHeader,
  };
}
