import { EmbedLLMError, Random } from '@embedllm/core';
import { checkInteger } from '@embedllm/internals';
import type { BoldPolicy } from './bold-policies.js';

/** What `drawRequests` takes. */
export interface DrawRequestsOptions {
  /** The policies to be tested, the most cautious first. */
  readonly policies: readonly Pick<BoldPolicy, 'choices'>[];
  /** Index of the model that answers everything at present. */
  readonly best: number;
  /** Draws to make, from 10. */
  readonly count: number;
  /** Another seed draws other requests. */
  readonly seed: number;
}

/** Requests whose answers are to be marked, with what each stands for. */
export interface DrawnRequests {
  /** Indices of requests, in the order of drawing; one may come more than once. */
  readonly requests: Int32Array;
  /** 1 / (N · how likely the request is in a draw): the mean over all N is that of weight · value. */
  readonly weights: Float64Array;
}

/** How much less likely a request is that only the boldest policy takes than one that all take. */
const LATE = 0.25;
/** The same for a request that none takes: of these only the quality of the present model is asked. */
const NEVER = 0.15;

/**
 * Draws the requests whose answers are worth marking: mostly those that cautious policies take from the
 * present model, for on all others they do no harm, and systematically, so that every stretch of that order
 * is represented.
 *
 * @throws EmbedLLMError `invalid-argument` without policies or requests, or on a count below 10.
 */
export function drawRequests(options: DrawRequestsOptions): DrawnRequests {
  const { policies, best, count, seed } = options;
  checkInteger('count', count, { min: 10 });
  const N = policies[0]?.choices.length ?? 0;
  if (N === 0) {
    throw new EmbedLLMError('At least one policy and one request are needed.', {
      code: 'invalid-argument',
    });
  }
  const first = Int32Array.from({ length: N }, (_, n) => {
    const found = policies.findIndex(({ choices }) => choices[n] !== best);
    return found < 0 ? policies.length : found;
  });
  const likely = Float64Array.from(first, (k) =>
    k === policies.length ? NEVER : 1 - (1 - LATE) * (k / Math.max(1, policies.length - 1)),
  );
  const total = likely.reduce((sum, one) => sum + one, 0);
  const random = new Random(seed);
  // Those that go together stand together; among them chance decides.
  const order = random.shuffle([...first.keys()]).sort((a, b) => first[a]! - first[b]!);
  const requests = new Int32Array(count);
  const offset = random.uniform();
  let sum = 0;
  let place = 0;
  for (const n of order) {
    sum += likely[n]!;
    while (place < count && ((place + offset) * total) / count < sum) requests[place++] = n;
  }
  requests.fill(order.at(-1) ?? 0, place);
  const shuffled = Int32Array.from(random.shuffle([...requests]));
  return {
    requests: shuffled,
    weights: Float64Array.from(shuffled, (n) => total / (N * likely[n]!)),
  };
}
