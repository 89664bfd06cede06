export type { EmbeddingStore } from './cache/embedding-store.js';
export { createMemoryStore, type MemoryStoreOptions } from './cache/memory-store.js';
export { type CacheOptions, withCache } from './cache/with-cache.js';
export { readCategoryRecord } from './categories/category-files.js';
export { restoreCategoryEncoder } from './categories/restore-category-encoder.js';
export {
  type CategoryEncodeOptions,
  type CategoryEncoder,
  categoryEncoderRecord,
  withCategories,
} from './categories/with-categories.js';
export {
  createHashingEncoder,
  type HashingEncoder,
  type HashingEncoderOptions,
} from './hashing/hashing-encoder.js';
export type { HashingSettings } from './hashing/hashing-settings.js';
export { restoreHashingEncoder } from './hashing/restore-hashing-encoder.js';
export { type JoinedEncoder, type JoinOptions, joinEncoders } from './join/join-encoders.js';
export { restoreJoinedEncoder } from './join/restore-joined-encoder.js';
export { type FitLsaOptions, fitLsaEncoder } from './lsa/fit-lsa-encoder.js';
export type { LsaEncoder } from './lsa/lsa-encoder.js';
export type { LsaSettings } from './lsa/lsa-settings.js';
export { restoreLsaEncoder } from './lsa/restore-lsa-encoder.js';
export { encoderRecord } from './record/encoder-record.js';
export { restoreEncoder } from './record/restore-encoder.js';
export {
  createStaticEncoder,
  restoreStaticEncoder,
  type StaticEncoderOptions,
} from './static/create-static-encoder.js';
export { type DistillStaticOptions, distillStatic } from './static/distill-static.js';
export type { StaticEncoder, StaticFiles } from './static/static-encoder.js';
export type { StaticSettings } from './static/static-settings.js';
