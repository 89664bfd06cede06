import { createHash } from 'node:crypto';
import { DataError, type EncoderRecord, readSafetensors, writeSafetensors } from '@embedllm/core';
import type { ObjectStore } from '../storage/object-store.js';

/** Keeps an encoder's record in storage, under a key of its contents. */
export async function storeEncoder(
  storage: ObjectStore,
  prefix: string,
  record: EncoderRecord,
  signal?: AbortSignal,
): Promise<string> {
  const { files = new Map<string, Uint8Array>(), ...rest } = record;
  const bytes = writeSafetensors(
    [...files].map(([name, data]) => [name, { dtype: 'U8', shape: [data.length], data }]),
    { encoder: JSON.stringify(rest) },
  );
  const digest = createHash('sha256').update(bytes).digest('hex');
  const key = `${prefix}encoder-${digest.slice(0, 16)}.safetensors`;
  if ((await storage.size(key, { signal })) !== bytes.length) {
    await storage.put(key, bytes, { signal });
  }
  return key;
}

/** @throws DataError when the object is another one. */
export async function readStoredEncoder(
  storage: ObjectStore,
  key: string,
  signal?: AbortSignal,
): Promise<EncoderRecord> {
  const { tensors, metadata } = readSafetensors(await storage.get(key, { signal }), { file: key });
  if (metadata.encoder === undefined) {
    throw new DataError('This object is not an encoder.', { file: key });
  }
  const record: EncoderRecord = JSON.parse(metadata.encoder);
  const files = new Map<string, Uint8Array>();
  for (const [name, { dtype, data }] of tensors) if (dtype === 'U8') files.set(name, data);
  return files.size > 0 ? { ...record, files } : record;
}
