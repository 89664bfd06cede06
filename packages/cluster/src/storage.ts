export type { FolderStoreOptions } from './storage/folder-store.js';
export type {
  ByteRange,
  ObjectStore,
  StorageCallOptions,
  StoredObject,
} from './storage/object-store.js';
export { type OpenObjectStoreOptions, openObjectStore } from './storage/open-object-store.js';
export type { S3Credentials, S3StoreOptions } from './storage/s3-store.js';
