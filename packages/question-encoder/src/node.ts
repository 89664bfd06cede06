export {
  type DiskCache,
  type DiskCacheOptions,
  openDiskCache,
} from './cache/disk/open-disk-cache.js';
