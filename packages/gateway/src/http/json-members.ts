import type { JsonMember } from './json-scan.js';

/** A JSON object as it was written. */
export interface JsonSource {
  /** In UTF-8. */
  readonly bytes: Uint8Array;
  /** At least one. */
  readonly members: readonly JsonMember[];
}

const ENCODER = new TextEncoder();
const CLOSING_BRACE = 0x7d;

/**
 * Writes values of some members of an object, and leaves all else as it is: numbers beyond 2^53,
 * order, spaces. Where a name comes twice, both values are replaced; a member that is not there is
 * added.
 *
 * @returns its pieces, in order.
 */
export function withMembers(
  { bytes, members }: JsonSource,
  values: Readonly<Record<string, unknown>>,
): Uint8Array[] {
  const missing = new Set(Object.keys(values));
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const { name, start, end } of members) {
    if (!Object.hasOwn(values, name)) continue;
    missing.delete(name);
    pieces.push(bytes.subarray(copied, start), encoded(values[name]));
    copied = end;
  }
  const closing = bytes.lastIndexOf(CLOSING_BRACE);
  pieces.push(bytes.subarray(copied, closing));
  for (const name of missing) {
    pieces.push(ENCODER.encode(`,${JSON.stringify(name)}:`), encoded(values[name]));
  }
  pieces.push(bytes.subarray(closing));
  return pieces;
}

function encoded(value: unknown): Uint8Array {
  return ENCODER.encode(JSON.stringify(value));
}
