export { isModelLimit } from './refusals/model-limit.js';
export { type Backoff, backoffMs } from './retry/backoff.js';
export { retryAfterMs } from './retry/retry-after.js';
export { sleep } from './retry/sleep.js';
export { formatDifference } from './text/format-difference.js';
export { count, duration, figure, percent, quantity } from './text/format-number.js';
export { formatTable } from './text/format-table.js';
export { printable } from './text/printable.js';
