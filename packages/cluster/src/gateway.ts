export type { RedisLimitStore, RedisLimitStoreOptions } from './gateway/limit-store-options.js';
export { openRedisLimitStore } from './gateway/redis-limit-store.js';
