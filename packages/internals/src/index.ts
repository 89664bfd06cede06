export { type Backoff, backoffMs } from './retry/backoff.js';
export { retryAfterMs } from './retry/retry-after.js';
export { sleep } from './retry/sleep.js';
