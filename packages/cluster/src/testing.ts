export { type RedisServer, type StartRedisOptions, startRedis } from './testing/start-redis.js';
export { type S3Server, startS3 } from './testing/start-s3.js';
