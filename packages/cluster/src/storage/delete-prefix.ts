import type { ObjectStore } from './object-store.js';

/** Deletes all objects whose keys begin with a prefix. */
export async function deletePrefix(storage: ObjectStore, prefix: string): Promise<void> {
  for await (const { key } of storage.list(prefix)) await storage.delete(key);
}
