import { DataError } from '@embedllm/core';
import { checkNumber } from '@embedllm/internals';
import { quoted } from '../files/relative-path.js';

/** What an archive may grow to, so that a small hostile file cannot fill disk or memory. */
export interface ArchiveLimits {
  /** Largest number of entries, directories included. @default 200,000 */
  readonly maxEntries?: number | undefined;
  /** Largest size of all files together once unpacked, in bytes. @default 64 GiB */
  readonly maxBytes?: number | undefined;
  /**
   * Largest ratio of unpacked to packed bytes, looked at beyond 64 MiB: evaluation logs reach
   * about 100, bombs the 1,032 that deflate allows.
   *
   * @default 250
   */
  readonly maxCompressionRatio?: number | undefined;
}

/** The limits with their defaults. */
export type ResolvedArchiveLimits = { readonly [Limit in keyof ArchiveLimits]-?: number };

/** Below this a high ratio does no harm: a file of a million equal lines is not an attack. */
const HARMLESS_BYTES: number = 64 * 1024 * 1024;

/** @throws EmbedLLMError `invalid-argument` on a limit that is not a positive number. */
export function resolveLimits(limits: ArchiveLimits): ResolvedArchiveLimits {
  const {
    maxEntries = 200_000,
    maxBytes = 64 * 1024 ** 3,
    maxCompressionRatio = 250,
  }: ArchiveLimits = limits;
  const resolved = { maxEntries, maxBytes, maxCompressionRatio };
  for (const [name, value] of Object.entries(resolved)) {
    if (value !== Number.POSITIVE_INFINITY) checkNumber(name, value, { above: 0 });
  }
  return resolved;
}

/** @throws DataError when an archive has more entries than allowed. */
export function assertEntryCount(
  archive: string,
  count: number,
  { maxEntries }: ResolvedArchiveLimits,
): void {
  if (count <= maxEntries) return;
  throw new DataError(
    `the archive has more than ${maxEntries} entries. Raise maxEntries if this is expected.`,
    { file: archive },
  );
}

/**
 * Checks how much packed bytes have grown to, or claim to grow to.
 *
 * @throws DataError naming the archive and the entry at which a limit was passed.
 */
export function assertExpansion(
  archive: string,
  grown: { readonly entry: string; readonly packed: number; readonly unpacked: number },
  { maxBytes, maxCompressionRatio }: ResolvedArchiveLimits,
): void {
  const { entry, packed, unpacked } = grown;
  if (unpacked > maxBytes) {
    throw new DataError(
      `unpacks to more than ${maxBytes} bytes (at the entry ${quoted(entry)}). If that is right, unpack it yourself or raise the option maxBytes.`,
      { file: archive },
    );
  }
  if (unpacked > HARMLESS_BYTES && unpacked > maxCompressionRatio * packed) {
    throw new DataError(
      `unpacks to more than ${maxCompressionRatio} times its size (at the entry ${quoted(entry)}), as a zip bomb does. If you trust the archive, unpack it yourself or raise the option maxCompressionRatio.`,
      { file: archive },
    );
  }
}
