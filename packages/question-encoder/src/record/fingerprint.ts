import type { SerializedEncoder } from '@embedllm/core';
import { sha256 } from '@embedllm/internals';

/**
 * Fingerprint of what an encoder serialises: its id, its settings (keys sorted) and the hash of
 * each file, so that equal fingerprints mean equal vectors.
 *
 * @returns `<id>:sha256:<64 hexadecimal digits>`.
 */
export async function fingerprintEncoder(
  id: string,
  { settings, files }: SerializedEncoder,
): Promise<string> {
  const hashes: [string, string][] = [];
  for (const name of [...files.keys()].sort()) {
    hashes.push([name, await sha256(files.get(name) ?? new Uint8Array())]);
  }
  const text = JSON.stringify([id, sortKeys(settings), hashes]);
  return `${id}:sha256:${await sha256(new TextEncoder().encode(text))}`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sortKeys(inner)]);
}
