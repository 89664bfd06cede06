import { LIMIT_WINDOWS, type LimitWindow } from '../limits/limit-window.js';
import type { ConcurrencySettings } from './concurrency-settings.js';
import type { ConfigurationFields } from './configuration-fields.js';

/** Limits per time window, such as `{ minute: 60, day: 5000 }`. */
export type WindowLimits = Readonly<Partial<Record<LimitWindow, number>>>;

/** A quantity limited per time window. */
export type Windowed = 'requests' | 'tokens' | 'inputTokens' | 'outputTokens' | 'dollars';

/** All quantities limited per time window. */
export const WINDOWED: readonly Windowed[] = [
  'requests',
  'tokens',
  'inputTokens',
  'outputTokens',
  'dollars',
];

/**
 * What a client's key may use. Windows begin at full minutes, hours, days and months of UTC. Without
 * an entry there is no limit.
 */
export interface KeyLimits extends Readonly<Record<Windowed, WindowLimits>> {
  /** Requests, whether they succeed or not. */
  readonly requests: WindowLimits;
  /** Tokens read and written. */
  readonly tokens: WindowLimits;
  readonly inputTokens: WindowLimits;
  readonly outputTokens: WindowLimits;
  /** US dollars. */
  readonly dollars: WindowLimits;
  /** The most choices that a request may ask for (`n`). */
  readonly maxChoices: number | undefined;
  /** The most tokens that a choice may have; set for requests that set none. */
  readonly maxOutputTokens: number | undefined;
  /** The most tokens that a request may be estimated to have. */
  readonly maxInputTokens: number | undefined;
  /** How many of its requests run and wait at once. */
  readonly concurrency: ConcurrencySettings | undefined;
}

/** Reads the limits of a key. */
export function readKeyLimits(fields: ConfigurationFields): KeyLimits {
  fields.allow([
    ...WINDOWED,
    ...'concurrency maxChoices maxInputTokens maxOutputTokens queue queueTimeoutMs'.split(' '),
  ]);
  const most = (key: string): number | undefined => fields.optionalNumber(key, { min: 1 });
  const concurrency = most('concurrency');
  if (concurrency === undefined) {
    for (const key of ['queue', 'queueTimeoutMs']) {
      if (fields.has(key)) fields.fail(key, 'Requires `concurrency`.');
    }
  }
  return {
    requests: readWindows(fields.fields('requests')),
    tokens: readWindows(fields.fields('tokens')),
    inputTokens: readWindows(fields.fields('inputTokens')),
    outputTokens: readWindows(fields.fields('outputTokens')),
    dollars: readWindows(fields.fields('dollars'), false),
    maxChoices: most('maxChoices'),
    maxOutputTokens: most('maxOutputTokens'),
    maxInputTokens: most('maxInputTokens'),
    concurrency:
      concurrency === undefined
        ? undefined
        : {
            concurrency,
            queue: fields.number('queue', { default: 2 * concurrency, min: 0 }),
            queueTimeoutMs: fields.number('queueTimeoutMs', {
              default: 10_000,
              min: 0,
              max: 2 ** 31 - 1,
            }),
          },
  };
}

/** Reads a limit for each given window. */
export function readWindows(fields: ConfigurationFields, integer = true): WindowLimits {
  fields.allow(LIMIT_WINDOWS);
  // More than a million dollars is a mistake, and more nanodollars than can be counted.
  const max = integer ? Number.MAX_SAFE_INTEGER : 1_000_000;
  const limits = LIMIT_WINDOWS.filter((window) => fields.has(window)).map((window) => [
    window,
    fields.number(window, { default: 0, min: 0, max, integer }),
  ]);
  return Object.fromEntries(limits);
}
