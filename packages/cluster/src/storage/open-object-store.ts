import { fileURLToPath } from 'node:url';
import { EmbedLLMError } from '@embedllm/core';
import { openFolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';
import { openS3Store, type S3StoreOptions } from './s3-store.js';

/** Options of `openObjectStore`, for addresses at `s3://`. */
export type OpenObjectStoreOptions = Omit<S3StoreOptions, 'bucket' | 'prefix'>;

/**
 * Opens storage by its address: `s3://bucket/prefix`, or a folder as a path or a `file://` URL. An S3
 * server other than Amazon's can be named in the address: `s3://bucket/prefix?endpoint=http://host:9000`.
 *
 * @throws EmbedLLMError `invalid-argument` for another address, `missing-dependency` without
 * `@aws-sdk/client-s3`.
 * @example
 * ```ts
 * const storage = await openObjectStore('./shared');
 * await storage.put('notes/first.txt', new TextEncoder().encode('hello'));
 * for await (const { key, bytes } of storage.list('notes/')) console.log(key, bytes);
 * ```
 */
export async function openObjectStore(
  address: string,
  options: OpenObjectStoreOptions = {},
): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return openFolderStore({ folder: address });
  if (scheme === 'file') return openFolderStore({ folder: fileURLToPath(address) });
  if (scheme === 's3') {
    const url = new URL(address);
    const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
    return openS3Store({
      bucket: url.hostname,
      prefix,
      endpoint: url.searchParams.get('endpoint') ?? undefined,
      region: url.searchParams.get('region') ?? undefined,
      ...options,
    });
  }
  throw new EmbedLLMError(
    `Unsupported storage ${scheme}://. Use a folder, a file:// URL or s3://bucket/prefix.`,
    { code: 'invalid-argument' },
  );
}
