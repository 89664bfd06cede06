import type { ConcurrencySettings } from './concurrency-settings.js';
import type { BreakerSettings, RetrySettings, TimeoutSettings } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';

/** Reads limits; what is left out is as in `standard`. */
export function readConcurrency(
  fields: ConfigurationFields,
  standard: ConcurrencySettings,
): ConcurrencySettings {
  return {
    concurrency: fields.number('concurrency', { default: standard.concurrency, min: 1 }),
    queue: fields.number('queue', { default: standard.queue, min: 0 }),
    queueTimeoutMs: fields.number('queueTimeoutMs', {
      default: standard.queueTimeoutMs,
      min: 0,
      max: 2 ** 31 - 1,
    }),
  };
}

/** Reads settings; what is left out is as in `standard`, or else the default. */
export function readTimeouts(
  fields: ConfigurationFields,
  standard?: TimeoutSettings,
): TimeoutSettings {
  fields.allow(['connectMs', 'firstByteMs', 'firstTokenMs', 'idleMs', 'totalMs']);
  const read = (key: keyof TimeoutSettings, fallback: number): number =>
    fields.number(key, { default: standard?.[key] ?? fallback, min: 1, max: 2 ** 31 - 1 });
  return {
    connectMs: read('connectMs', 5000),
    firstByteMs: read('firstByteMs', 120_000),
    firstTokenMs: read('firstTokenMs', 60_000),
    idleMs: read('idleMs', 60_000),
    totalMs: read('totalMs', 600_000),
  };
}

/** Reads settings; what is left out is as in `standard`, or else the default. */
export function readRetries(fields: ConfigurationFields, standard?: RetrySettings): RetrySettings {
  fields.allow(['attempts', 'baseDelayMs', 'maxDelayMs']);
  const { attempts = 2, baseDelayMs = 250, maxDelayMs = 5000 } = standard ?? {};
  return {
    attempts: fields.number('attempts', { default: attempts, min: 1, max: 10 }),
    baseDelayMs: fields.number('baseDelayMs', { default: baseDelayMs, min: 0, max: 60_000 }),
    maxDelayMs: fields.number('maxDelayMs', { default: maxDelayMs, min: 0, max: 600_000 }),
  };
}

/** Reads settings; what is left out is as in `standard`, or else the default. */
export function readBreaker(
  fields: ConfigurationFields,
  standard?: BreakerSettings,
): BreakerSettings {
  fields.allow(['failureShare', 'minimumCalls', 'openMs', 'window', 'windowMs']);
  const { failureShare = 0.5, window = 20, windowMs = 10_000 } = standard ?? {};
  const { minimumCalls = 10, openMs = 10_000 } = standard ?? {};
  const size = fields.number('window', { default: window, min: 1, max: 10_000 });
  return {
    failureShare: fields.number('failureShare', {
      default: failureShare,
      min: Number.EPSILON,
      max: 1,
      integer: false,
    }),
    window: size,
    windowMs: fields.number('windowMs', { default: windowMs, min: 1, max: 3_600_000 }),
    minimumCalls: fields.number('minimumCalls', {
      default: Math.min(minimumCalls, size),
      min: 1,
      max: size,
    }),
    openMs: fields.number('openMs', { default: openMs, min: 1, max: 3_600_000 }),
  };
}
