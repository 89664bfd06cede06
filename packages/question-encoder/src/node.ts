export {
  type DiskCache,
  type DiskCacheOptions,
  openDiskCache,
} from './cache/disk/open-disk-cache.js';
export { loadStaticEncoder } from './static/load-static-encoder.js';
export {
  canEncodeInThread,
  type EncodeInThreadOptions,
  encodeInThread,
} from './threads/encode-in-thread.js';
