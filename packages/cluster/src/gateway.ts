export type { RedisLimitStore, RedisLimitStoreOptions } from './gateway/limit-store-options.js';
export { openReplicaStores, type ReplicaStores } from './gateway/open-replica-stores.js';
export { openRedisLimitStore } from './gateway/redis-limit-store.js';
export type { ReloadNotices } from './gateway/reload-notices.js';
