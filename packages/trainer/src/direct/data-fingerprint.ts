import type { LabelledSet } from './labelled-set.js';

/** SHA-256 in hexadecimal over names, labels and embeddings: equal input, equal fingerprint. */
export async function fingerprintTrainingData(set: LabelledSet): Promise<string> {
  const { embeddings, correctness } = set;
  const names = new TextEncoder().encode(
    JSON.stringify([correctness.questions, correctness.models, embeddings.cols]),
  );
  const parts = [names, correctness.labels, bytesOf(embeddings.data)];
  // Hashing the hashes needs no copy of all parts in one buffer.
  const digests = await Promise.all(parts.map(sha256));
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

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
