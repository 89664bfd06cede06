import { EmbedLLMError } from '@embedllm/core';
import type { ObjectStore } from '../storage/object-store.js';

/** What a prefix is to hold. */
export interface OutputClaim {
  /** Prefix of the keys. */
  readonly output: string;
  /** All that decides what is written there. */
  readonly plan: string;
  /** What it holds if the plan is another one: `vectors of other texts`. */
  readonly other: string;
  readonly signal: AbortSignal | undefined;
}

/** Refuses to mix the output of two runs under one prefix. */
export async function claimOutput(storage: ObjectStore, claim: OutputClaim): Promise<void> {
  const { output, plan, other, signal } = claim;
  const key = `${output}plan.json`;
  if ((await storage.size(key, { signal })) === undefined) {
    await storage.put(key, new TextEncoder().encode(plan), { signal });
    return;
  }
  const before = new TextDecoder().decode(await storage.get(key, { signal }));
  if (before === plan) return;
  throw new EmbedLLMError(
    `${output} in ${storage.address} has ${other}. Choose another output, or delete ${key} and what lies next to it.`,
    { code: 'invalid-argument' },
  );
}
