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
  const parts = [names, correctness.labels, new Uint8Array(buffer, byteOffset, byteLength)];
  // A digest copies what it reads: hashing the hashes of chunks keeps that copy small.
  const digests: Uint8Array[] = [];
  for (const part of parts) {
    for (let start = 0; start < part.length; start += CHUNK_BYTES) {
      digests.push(await sha256(part.subarray(start, start + CHUNK_BYTES)));
    }
  }
  const combined = new Uint8Array(32 * digests.length);
  digests.forEach((digest, index) => {
    combined.set(digest, 32 * index);
  });
  const digest = await sha256(combined);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
}
