import { checkNumber, checkObject } from '@embedllm/internals';
import type { Constraint } from './policy.js';

/** Options of `latencyCeiling`. */
export interface LatencyCeilingOptions {
  /** The longest usual time to a complete answer, in milliseconds, from 0. */
  readonly latencyMs: number;
  /** Whether models of unknown latency may answer. @default false */
  readonly admitUnknown?: boolean | undefined;
}

/**
 * Only models whose `latencyMs` is at or below a ceiling.
 *
 * @throws EmbedLLMError `invalid-argument` on a negative ceiling.
 */
export function latencyCeiling(options: LatencyCeilingOptions): Constraint {
  const { latencyMs, admitUnknown = false } = checkObject('options', options);
  checkNumber('latencyMs', latencyMs, { min: 0 });
  return {
    kind: 'constraint',
    name: `within ${latencyMs} ms`,
    needs: ['latencyMs'],
    admits: ({ models }, model) => {
      const known = models[model]?.latencyMs;
      return known === undefined ? admitUnknown : known <= latencyMs;
    },
  };
}
