import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { Shard } from './shard.js';

/** What `visitShards` takes. */
export interface VisitShardsOptions<Part> {
  readonly shards: readonly Shard[];
  /** How many shards may be at work or wait to be added, 1 or more. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  /** Starts the work of a shard. Its signal is also aborted when another shard fails. */
  readonly start: (shard: Shard, signal: AbortSignal) => Promise<Part>;
  /** Called in the order of the shards, whichever ends first. */
  readonly add: (part: Part) => void;
}

/**
 * Lets shards work at the same time and adds what they give in their order, so that sums have the
 * same bits as those of one shard after another. A part that is ahead of its turn keeps its place
 * until it is added: no more than `concurrency` parts are in memory.
 *
 * Settles once no shard is at work any more.
 *
 * @throws EmbedLLMError with the code of the failure, naming the shard where there are several; the
 * signal's reason when aborted.
 */
export async function visitShards<Part extends object>(
  options: VisitShardsOptions<Part>,
): Promise<void> {
  const { shards, concurrency, signal, start, add } = options;
  signal?.throwIfAborted();
  const failing = new AbortController();
  const either = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  let failure: { readonly index: number; readonly cause: unknown } | undefined;
  const running: Promise<Part | undefined>[] = [];
  const begin = (index: number): void => {
    const shard = shards[index];
    if (!shard || either.aborted) return;
    running[index] = attempt(() => start(shard, either)).catch((cause: unknown) => {
      failure ??= { index, cause };
      failing.abort(cause);
      return undefined;
    });
  };
  for (let index = 0; index < concurrency; index++) begin(index);
  for (let index = 0; index < running.length; index++) {
    const part = await running[index];
    delete running[index];
    if (part === undefined || either.aborted) continue;
    add(part);
    begin(index + concurrency);
  }
  signal?.throwIfAborted();
  if (failure) throw named(failure, shards.length);
}

/** A failure before there is a promise is one like any other. */
async function attempt<Part>(work: () => Promise<Part>): Promise<Part> {
  return work();
}

function named({ index, cause }: { index: number; cause: unknown }, count: number): unknown {
  if (count === 1) return cause;
  const code = cause instanceof EmbedLLMError ? cause.code : 'io';
  const text = `Shard ${index + 1} of ${count} failed: ${reasonOf(cause)}`;
  return new EmbedLLMError(text, { code, cause });
}
