import { backoffMs, sleep } from '@embedllm/internals';
import type { ModelReply } from './askable-model.js';
import type { Budget } from './budget.js';
import { type CallFailure, callFailure } from './call-error.js';
import type { Pace } from './pace.js';
import {
  expectedTokens,
  modelCall,
  mostCost,
  type PreparedCall,
  textSent,
} from './prepared-call.js';
import { type CallTokens, costOf, mostInputTokens, tokensOf } from './usage.js';

/** The outcome of asking a model a question, after all retries. */
export type Asked =
  | (Answered & { readonly kind: 'answer' })
  | {
      readonly kind: 'failure';
      readonly failure: CallFailure;
      readonly cost: number;
      readonly latencyMs: number;
    }
  /** Nothing was asked, because the budget has no room for it. */
  | { readonly kind: 'budget' };

/** An answer with what it took. */
export interface Answered {
  readonly output: string;
  readonly finishReason: string;
  readonly tokens: CallTokens;
  readonly cost: number;
  readonly costIsBound: boolean;
  readonly latencyMs: number;
}

/** What a call needs besides the question. */
export interface AskOptions {
  readonly pace: Pace;
  readonly budget: Budget;
  /** Tokens of an answer, about. */
  readonly usualOutputTokens: number;
  readonly maxRetries: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const BACKOFF = { firstMs: 500, longestMs: 30_000, jitter: 0.5 };
/** A server that asks for a longer wait is not waited for. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Asks a model a question, trying again what may succeed later.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function ask(call: PreparedCall, options: AskOptions): Promise<Asked> {
  const { budget, pace, signal, maxRetries } = options;
  const most = mostCost(call);
  const start = performance.now();
  let cost = 0;
  for (let retry = 1; ; retry++) {
    const settleTokens = await pace.turn(expectedTokens(call, options.usualOutputTokens), signal);
    signal?.throwIfAborted();
    if (!(await budget.reserve(most))) {
      settleTokens(0);
      // What earlier tries cost is in the record with an error, where there were any.
      if (retry === 1) return { kind: 'budget' };
      return {
        kind: 'failure',
        failure: OUT_OF_BUDGET,
        cost,
        latencyMs: performance.now() - start,
      };
    }
    const attempt = await attemptCall(call, options);
    if (attempt.kind === 'answer') {
      const { reply, latencyMs } = attempt;
      const tokens = tokensOf(reply);
      const spent = costOfReply(call, tokens);
      budget.settle(most, spent.cost);
      settleTokens((tokens.inputTokens ?? 0) + (tokens.outputTokens ?? 0));
      const answer = { output: textOf(reply), finishReason: finishOf(reply), tokens, latencyMs };
      return { kind: 'answer', ...answer, cost: cost + spent.cost, costIsBound: spent.isBound };
    }
    const { failure } = attempt;
    const lost = failure.mayBeBilled ? most : 0;
    budget.settle(most, lost);
    settleTokens(0);
    cost += lost;
    signal?.throwIfAborted();
    const wait = failure.retryAfterMs ?? backoffMs(retry, BACKOFF);
    if (!failure.isRetryable || retry > maxRetries || wait > LONGEST_WAIT_MS) {
      return { kind: 'failure', failure, cost, latencyMs: performance.now() - start };
    }
    if (failure.retryAfterMs !== undefined) pace.pause(wait);
    else await sleep(wait, signal);
  }
}

const OUT_OF_BUDGET: CallFailure = {
  message: 'The budget does not allow another attempt.',
  ...{ httpStatus: undefined, retryAfterMs: undefined, isFinal: false },
  ...{ isRetryable: false, mayBeBilled: false },
};

type Attempt =
  | { readonly kind: 'answer'; readonly reply: ModelReply; readonly latencyMs: number }
  | { readonly kind: 'failure'; readonly failure: CallFailure };

async function attemptCall(call: PreparedCall, options: AskOptions): Promise<Attempt> {
  const { signal, timeoutMs } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const abortSignal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const start = performance.now();
  try {
    const reply = await call.model.model.doGenerate({ ...modelCall(call), abortSignal });
    return { kind: 'answer', reply, latencyMs: performance.now() - start };
  } catch (error) {
    const failure = callFailure(error, timeout.aborted, timeoutMs);
    return { kind: 'failure', failure };
  }
}

/** By the tokens that the provider counted; where it did not, the most that they can be. */
function costOfReply(
  call: PreparedCall,
  { inputTokens, outputTokens }: CallTokens,
): { cost: number; isBound: boolean } {
  const input = inputTokens ?? mostInputTokens(textSent(call.question));
  const output = outputTokens ?? call.maxOutputTokens;
  const isBound = inputTokens === undefined || outputTokens === undefined;
  return { cost: costOf(call.model, input, output), isBound };
}

function textOf({ content }: ModelReply): string {
  const texts = content.filter(({ type }) => type === 'text').map(({ text }) => text);
  return texts.filter((text) => typeof text === 'string').join('');
}

function finishOf({ finishReason }: ModelReply): string {
  return typeof finishReason === 'string' ? finishReason : finishReason.unified;
}
