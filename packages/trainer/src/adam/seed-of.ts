/** What random numbers are drawn for. */
export type Purpose = 'parameters' | 'order' | 'noise';

const PURPOSES: readonly Purpose[] = ['parameters', 'order', 'noise'];

/**
 * An own seed for each epoch and purpose, so that an epoch's random numbers do not depend on
 * whether the epochs before it ran in the same process.
 */
export function seedOf(seed: number, epoch: number, purpose: Purpose): number {
  let mixed = seed | 0;
  for (const part of [epoch, PURPOSES.indexOf(purpose)]) {
    // Finaliser of MurmurHash3 (Appleby).
    mixed = Math.imul(mixed ^ (part + 0x9e3779b9), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}
