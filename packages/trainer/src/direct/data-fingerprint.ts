import { sha256, sha256Digest } from '@embedllm/internals';
import type { LabelledSet } from './labelled-set.js';

/** Bytes that are copied for one digest. */
const CHUNK_BYTES = 2 ** 22;

/** SHA-256 in hexadecimal over names, labels and embeddings: equal input, equal fingerprint. */
export async function fingerprintTrainingData(set: LabelledSet): Promise<string> {
  const { embeddings, correctness } = set;
  const names = new TextEncoder().encode(
    JSON.stringify([correctness.questions, correctness.models, embeddings.cols]),
  );
  const { buffer, byteOffset, byteLength } = embeddings.data;
  const values = new Uint8Array(buffer, byteOffset, byteLength);
  const M = correctness.modelCount;
  const parts: readonly Part[] = [
    { length: names.length, slice: (start, end) => names.subarray(start, end) },
    {
      length: correctness.questionCount * M,
      // The bytes of the whole table, whether or not there is one.
      slice(start, end) {
        const first = Math.floor(start / M);
        const tile = correctness.tile(first, Math.ceil(end / M));
        return tile.subarray(start - first * M, end - first * M);
      },
    },
    { length: values.length, slice: (start, end) => values.subarray(start, end) },
  ];
  // A digest copies what it reads: hashing the hashes of chunks keeps that copy small.
  const digests: Uint8Array[] = [];
  for (const { length, slice } of parts) {
    for (let start = 0; start < length; start += CHUNK_BYTES) {
      digests.push(await sha256Digest(slice(start, Math.min(start + CHUNK_BYTES, length))));
    }
  }
  const combined = new Uint8Array(32 * digests.length);
  digests.forEach((digest, index) => {
    combined.set(digest, 32 * index);
  });
  return sha256(combined);
}

/** Bytes that are hashed a chunk at a time. */
interface Part {
  readonly length: number;
  readonly slice: (start: number, end: number) => Uint8Array;
}
